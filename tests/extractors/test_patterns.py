"""Identifiers by pattern: what is found, what its check says, what is left alone, and that nothing is slow."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_texts import slowest_of

from extractors.patterns import FINDERS, IDENTIFIER_KINDS, KINDS, Asserted, Hit, identifiers_in
from extractors.patterns.card import brand_of
from extractors.patterns.money import amount_of
from extractors.patterns.scan import digits_restored
from extractors.patterns.vehicle import vin_check_holds

GB = Asserted(region="GB", day_order="dmy")


def found(text: str, *, source: str = "native", told: Asserted = GB) -> list[tuple[str, str, str, bool]]:
    hits = identifiers_in(text, source=source, asserted=told)  # type: ignore[arg-type]
    return [(hit.kind, text[hit.start : hit.end], hit.value, hit.holds) for hit in hits]


def only(text: str, *, source: str = "native", told: Asserted = GB) -> Hit:
    (hit,) = identifiers_in(text, source=source, asserted=told)  # type: ignore[arg-type]
    return hit


XRP = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
FOUND = [
    ("phone", "call 020 7946 0142 now", "020 7946 0142", "+442079460142"),
    ("phone", "Tel. (020) 7946-0142", "(020) 7946-0142", "+442079460142"),
    ("phone", "on +44 (0)20 7946 0142.", "+44 (0)20 7946 0142", "+442079460142"),
    ("phone", "0044 20 7946 0142", "0044 20 7946 0142", "+442079460142"),
    ("phone", "New York +1 (212) 555-0142", "+1 (212) 555-0142", "+12125550142"),
    ("phone", "row,02079460142,150", "02079460142", "+442079460142"),
    ("phone", "T 0 2 0 7 9 4 6 0 1 4 2", "0 2 0 7 9 4 6 0 1 4 2", "+442079460142"),
    ("email", "to <Maria.Pop@Example.ORG>,", "Maria.Pop@Example.ORG", "maria.pop@example.org"),
    ("email", "mailto:joe+x@example.net", "joe+x@example.net", "joe+x@example.net"),
    ("url", "(see HTTPS://Example.com/Path(1)).", "HTTPS://Example.com/Path(1)", "https://example.com/Path(1)"),
    ("url", "www.harbour.example/x, and", "www.harbour.example/x", "www.harbour.example/x"),
    ("url", "book at rooms.example.com/room now", "rooms.example.com/room", "rooms.example.com/room"),
    ("ip", "from 203.0.113.27.", "203.0.113.27", "203.0.113.27"),
    ("ip", "from 2001:DB8:4:1::27 at", "2001:DB8:4:1::27", "2001:db8:4:1::27"),
    ("mac", "wlan 00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E", "00:1a:2b:3c:4d:5e"),
    ("iban", "GB82 WEST 1234 5698 7654 32.", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),
    ("iban", "to ro49aaaa1b31007593840000", "ro49aaaa1b31007593840000", "RO49AAAA1B31007593840000"),
    ("iban", "IBAN GB29 \r\nNWBK 6016 1331 9268 19.", "GB29 \r\nNWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
    ("bic", "BIC: NWBKGB2L", "NWBKGB2L", "NWBKGB2L"),
    ("card", "4111 1111 1111 1111", "4111 1111 1111 1111", "4111111111111111"),
    ("card", "x,378282246310005,y", "378282246310005", "378282246310005"),
    ("imei", "IMEI 490154203237518", "490154203237518", "490154203237518"),
    ("vin", "VIN 1M8GDM9AXKP042788", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
    ("date", "on 14 March 2026,", "14 March 2026", "2026-03-14"),
    ("date", "on March 3rd, 2026", "March 3rd, 2026", "2026-03-03"),
    ("date", "din 5 martie 2026", "5 martie 2026", "2026-03-05"),
    ("date", "date=2026-03-14", "2026-03-14", "2026-03-14"),
    ("date", "03/04/2026", "03/04/2026", "2026-04-03"),
    ("date", "[11/Feb/2026:10:22]", "11/Feb/2026", "2026-02-11"),
    ("date", "12.02.2026", "12.02.2026", "2026-02-12"),
    ("money", "paid £1,412.50 net", "£1,412.50", "GBP 1412.50"),
    ("money", "€1.234,56", "€1.234,56", "EUR 1234.56"),
    ("money", "1 200 RON", "1 200 RON", "RON 1200.00"),
    ("money", "250 de lei", "250 de lei", "RON 250.00"),
    ("money", "£1.2m", "£1.2m", "GBP 1200000.00"),
    ("money", "$12.00", "$12.00", "$ 12.00"),
    ("money", "US$ 15", "US$ 15", "USD 15.00"),
    ("plate", "the white van LB07 SEE left", "LB07 SEE", "LB07SEE"),
    ("plate", "mașina B 123 ABC", "B 123 ABC", "B123ABC"),
    ("coordinates", "at 51.5012, -0.0203", "51.5012, -0.0203", "51.5012,-0.0203"),
    ("coordinates", "51°30'03\"N 0°07'29\"W", "51°30'03\"N 0°07'29\"W", "51.50083,-0.12472"),
    ("crypto", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("crypto", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", *["BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"] * 1, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("handle", "ask @Dockside_Jobs.", "@Dockside_Jobs", "@dockside_jobs"),
    ("handle", "my insta is maria.p_77 ok", "maria.p_77", "@maria.p_77"),
    ("imsi", "IMSI 234150999999999", "234150999999999", "234150999999999"),
    ("iccid", "SIM 8944 1100 6825 6270 054", "8944 1100 6825 6270 054", "8944110068256270054"),
    ("passport", "Passport No.\nAB 123456", "AB 123456", "AB123456"),
    ("identity_number", "CNP: 1800101221144", "1800101221144", "1800101221144"),
    ("flight", "on flight BA 0123 to", "BA 0123", "BA123"),
    ("train", "the train IR 1653", "IR 1653", "IR1653"),
    ("booking", "booking ref: QXJZKL", "QXJZKL", "QXJZKL"),
    ("time", "at 9.30pm on", "9.30pm", "21:30"),
    ("quantity", "bring 2 kg of", "2 kg", "2 kg"),
    ("room", "is in Room 0214 on", "Room 0214", "room 214"),
    ("quantity", "about 1,200 tablets", "1,200 tablets", "1200 tablet"),
    ("plate", "Kennzeichen B-AB 1234", "B-AB 1234", "BAB1234"),
    ("plate", "la voiture AB-123-CD", "AB-123-CD", "AB123CD"),
    ("plate", "kenteken 12-AB-34", "12-AB-34", "12AB34"),
    ("plate", "matrícula 1234 BCD", "1234 BCD", "1234BCD"),
    ("plate", "targa AB 123 CD", "AB 123 CD", "AB123CD"),
    ("plate", "registration CB 1234 AB", "CB 1234 AB", "CB1234AB"),
    ("plate", "samochód WA 12345", "WA 12345", "WA12345"),
    ("plate", "the van 131-D-1234", "131-D-1234", "131D1234"),
    ("plate", "California plate 7ABC123", "7ABC123", "7ABC123"),
    ("crypto", f"to {XRP}.", XRP, XRP),
    ("email", "maria [at] example [dot] org", "maria [at] example [dot] org", "maria@example.org"),
    ("email", "email maria at example dot org", "maria at example dot org", "maria@example.org"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "quote", "value"), FOUND)
def test_is_found_with_its_normalised_value_and_its_check_holds(kind: str, text: str, quote: str, value: str) -> None:
    assert found(text) == [(kind, quote, value, True)]


VALID_BITCOIN = [
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    "LQL9pVH1LsMfKwt82Y2wGhNGkrjF8vwUst",
    "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
    "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
]


@pytest.mark.parametrize("address", VALID_BITCOIN)
def test_published_crypto_addresses_hold_and_one_changed_character_is_kept_as_unverified(address: str) -> None:
    assert only(f"to {address} please").check_digits
    at = len(address) - 3
    changed = address[:at] + ("q" if address[at] != "q" else "p") + address[at + 1 :]
    if not address.startswith("0x"):
        hit = only(f"to {changed} please")
        assert (hit.kind, hit.holds, hit.check_digits) == ("crypto", False, False)


def test_ethereum_in_one_case_is_found_but_carries_no_checksum() -> None:
    hit = only("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    assert (hit.value, hit.check_digits) == ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", False)


UNVERIFIED = [
    ("iban", "GB28 WEST 1234 5698 7654 32", "GB28WEST12345698765432"),
    ("iban", "IBAN GB82 WEST 1234 5698 7654 3 is short", "GB82WEST1234569876543"),
    ("card", "card 4111 1111 1111 1112", "4111111111111112"),
    ("phone", "ring 07700 900123", "+447700900123"),
    ("phone", "+44 1 234 567 89", "+44123456789"),
    ("date", "31/02/2026", "31/02/2026"),
    ("date", "14/03/26", "2026-03-14"),
    ("email", "a..b@example.org", "a..b@example.org"),
    ("coordinates", "95.5007, -0.1246", "95.5007,-0.1246"),
    ("plate", "reg no. IQ99 ZZZ", "IQ99ZZZ"),
    ("ip", "IP 300.1.1.1", "300.1.1.1"),
    (
        "mrz",
        "P<UTOPOP<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11",
        "P<UTOPOP<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<< L898902C36UTO7408122F1204159ZE184226B<<<<<11",
    ),
    ("iccid", "ICCID 8944110068256270055", "8944110068256270055"),
    ("imsi", "IMSI 000150999999999", "000150999999999"),
    ("passport", "Reisepass Nr. C01X00T479", "C01X00T479"),
    ("identity_number", "CNP 1800101221145", "1800101221145"),
    ("identity_number", "ID card no. AX-1234567", "AX1234567"),
    ("flight", "flight no. QY 123", "QY123"),
    ("time", "see you at 9 o'clock", "09:00"),
    ("plate", "licence plate ABC 1234", "ABC1234"),
    ("address", "at 12 High Street, London SW1A 1AA.", "12 HIGH STREET LONDON SW1A 1AA"),
    ("address", "742 Evergreen Terrace, Springfield, IL 62701", "742 EVERGREEN TERRACE SPRINGFIELD IL 62701"),
    ("email", "look around at example dot org", "around@example.org"),
]


@pytest.mark.parametrize(("kind", "text", "value"), UNVERIFIED)
def test_what_fails_its_check_is_kept_as_unverified(kind: str, text: str, value: str) -> None:
    hit = only(text)
    assert (hit.kind, hit.value, hit.holds) == (kind, value, False)
    assert hit.check


NOT_SOUP = [
    "Our order number 5512 0088 1442 9031.",
    "order no. 02079460142",
    "Companies House 07451120",
    "invoice ref 2079460142",
    "4512345678",
    "version 1.2.3.4 of the firmware",
    "page 12 of 2026",
    "REGISTERED OFFICE",
    "see report.pdf, this.one and e.g. that",
    "a ratio of 3.14159",
    "12345678901234567890123456789012",
    "std::string a::b",
    "passport and visa 20263",
    "part no. AB-123-CD and 12-AB-34",
    "1234 BCD units of stock",
    "gate B12, seat 14A",
    "we train 25 staff, train 300 people",
    "booking reference please, confirmation number required",
    "the ratio was 16:9, John 3:16, duration 00:04:12",
    "a 5G network and a 4g phone",
    "00:00:05,120 --> 00:00:07,450",
    "look at example dot org",
    "drive to A 12 then B 4",
    "facebook: friends said so",
    "the first may be late; you may 2 of you march on",
    "one two three pounds of this and that weight",
    "tracking 8912345678901234567",
    "x < 3 and y > 4 <<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
    "ID: see page 4",
    "identity theft 12 cases",
    "I am one of two who came at last",
]


@pytest.mark.parametrize("text", NOT_SOUP)
def test_other_numbers_and_words_are_not_identifiers(text: str) -> None:
    assert found(text) == []


def test_no_part_of_an_account_or_a_date_or_an_address_is_anything_else() -> None:
    text = "GB29 NWBK 6016 1331 9268 18; 2026-02-06 10.02.2026; https://joe@example.org/4111111111111111"
    assert [kind for kind, *_ in found(text)] == ["iban", "date", "date", "url"]


def test_a_whatsapp_address_is_an_address_and_within_it_a_phone() -> None:
    assert found("https://wa.me/442079460142") == [
        ("url", "https://wa.me/442079460142", "https://wa.me/442079460142", True),
        ("phone", "442079460142", "+442079460142", True),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "www.linkedin.com/in/maria-pop",
        "https://www.youtube.com/@maria-pop",
        "https://github.com/maria-pop",
        "https://old.reddit.com/user/maria-pop/",
        "https://www.snapchat.com/add/maria-pop",
        "https://bsky.app/profile/maria-pop",
        "https://ro.pinterest.com/maria-pop",
    ],
)
def test_the_profile_addresses_of_the_main_services_hold_a_handle(address: str) -> None:
    assert [value for kind, _, value, _ in found(address) if kind == "handle"] == ["@maria-pop"]


def test_a_page_of_a_platform_is_nobodys_profile() -> None:
    text = "https://www.youtube.com/watch?v=1 https://x.com/home https://medium.com/topic"
    assert {kind for kind, *_ in found(text)} == {"url"}


def test_a_national_number_without_a_region_is_unverified() -> None:
    hit = only("Tel 020 7946 0142", told=Asserted())
    assert (hit.value, hit.holds) == ("02079460142", False)
    assert "no region asserted" in hit.check


def test_the_check_says_that_the_region_was_asserted_and_which() -> None:
    assert only("020 7946 0142").check == "E.164 by libphonenumber, region GB asserted"
    assert only("0721 123 456", told=Asserted(region="RO")).value == "+40721123456"


def test_day_order_is_asserted_or_said_by_the_numbers_or_left_open() -> None:
    assert only("03/04/2026", told=Asserted(day_order="mdy")).value == "2026-03-04"
    assert only("25/12/2026", told=Asserted()).value == "2026-12-25"
    assert only("12/25/2026", told=Asserted(day_order="dmy")).value == "2026-12-25"
    open_date = only("03/04/2026", told=Asserted())
    assert (open_date.value, open_date.holds) == ("03/04/2026 (ambiguous)", False)


def test_two_numbers_side_by_side_are_two() -> None:
    assert [value for _, _, value, _ in found("020 7946 0142 020 7946 0143")] == ["+442079460142", "+442079460143"]


def test_a_profile_address_is_an_address_and_within_it_a_handle() -> None:
    assert found("https://t.me/Some_Guy") == [
        ("url", "https://t.me/Some_Guy", "https://t.me/Some_Guy", True),
        ("handle", "Some_Guy", "@some_guy", True),
    ]


# --- misread and heard ---------------------------------------------------------------------------------------------

MISREAD = [
    ("phone", "O2O 7946 OI42", "+442079460142", "I read as 1, O read as 0"),
    ("iban", "GB82 WEST 1234 5698 7654 3Z", "GB82WEST12345698765432", "Z read as 2"),
    ("iban", "GBB2WEST12345698765432", "GB82WEST12345698765432", "B read as 8"),
    ("date", "l4/03/2026", "2026-03-14", "l read as 1"),
    ("money", "£4l2.5O", "GBP 412.50", "O read as 0, l read as 1"),
    ("plate", "Registration LBO7 SEE", "LB07SEE", "O read as 0"),
    ("email", "maria @ example.org", "maria@example.org", "spaces left out"),
    ("email", "maria©example.org", "maria@example.org", "© read as @"),
]


@pytest.mark.parametrize(("kind", "text", "value", "rule"), MISREAD)
def test_look_alike_letters_are_read_as_digits_in_scans_only_and_the_rule_says_so(
    kind: str, text: str, value: str, rule: str
) -> None:
    hit = only(text, source="ocr")
    assert (hit.kind, hit.value, hit.rule) == (kind, value, rule)
    assert not [one for one in identifiers_in(text, asserted=GB) if one.rule]


@pytest.mark.parametrize("text", ["Bills and SOS", "B12 bus", "the Oslo office", "Is IT so?", "IO", ""])
def test_words_are_not_restored_to_digits(text: str) -> None:
    assert digits_restored(text) == text


HEARD = [
    ("zero two zero seven nine four six zero one four two", "+442079460142", "digits spoken"),
    ("oh two oh, seven nine four six, oh one four two", "+442079460142", "digits spoken"),
    ("plus four four two zero seven nine four six zero one four two", "+442079460142", "digits spoken"),
    ("zero two zero uh seven nine four six um zero one double two", "+442079460122", "digits spoken"),
    ("zero two zero seven nine four six zero one triple two", None, ""),
    ("zero to zero seven nine for six zero one four two", "+442079460142", '"for" heard as 4'),
    ("020 seven nine four six zero one four two", "+442079460142", "digits spoken"),
    ("zero two zero seventy nine forty six zero one forty two", "+442079460142", "digits spoken"),
]


@pytest.mark.parametrize(("said", "value", "rule"), HEARD)
def test_digits_spoken_in_words_are_a_phone(said: str, value: str | None, rule: str) -> None:
    text = f"please call {said} soon"
    hits = [hit for hit in identifiers_in(text, source="speech", asserted=GB) if hit.holds]
    assert [hit.value for hit in hits] == ([value] if value else [])
    assert all(text[hit.start : hit.end] == said and rule in hit.rule for hit in hits)
    assert identifiers_in(text, asserted=GB) == ()


@pytest.mark.parametrize(
    "said", ["I want to go to the one place for two", "one two three four", "we ate for two won one to too"]
)
def test_words_that_sound_like_digits_are_no_number_by_themselves(said: str) -> None:
    assert identifiers_in(said, source="speech", asserted=GB) == ()


def test_a_card_said_digit_by_digit_is_a_card_where_its_luhn_digit_holds() -> None:
    said = "four one one one, triple one one, double one double one, one one double one"
    hit = only(f"the card is {said} ok", source="speech")
    assert (hit.kind, hit.value, hit.check_digits, hit.rule) == ("card", "4" + "1" * 15, False, "digits spoken")
    assert identifiers_in(f"the card is {said[:-4]} two ok", source="speech", asserted=GB) == ()


ACCOUNT = "GB82WEST12345698765432"
SPELLED = [
    ("", "G B eight two W E S T one two three four five six nine eight seven six five four three two"),
    ("", "GB eighty two, W E S T, one two three four, five six nine eight, seven six five four, three two"),
    ("", "gee bee eight two double you ee ess tee one to three four five six nine ate seven six five four thirty two"),
    ("", "G B 82 WEST 1234 five six nine eight uh 7654 three two"),
    ("de", "G B acht zwei W E S T eins zwei drei vier fünf sechs neun acht sieben sechs fünf vier zweiunddreißig"),
]


@pytest.mark.parametrize(("language", "said"), SPELLED)
def test_an_account_spelled_aloud_is_one_where_its_check_digits_hold(language: str, said: str) -> None:
    text = f"send it to {said} please"
    hit = only(text, source="speech", told=Asserted(region="GB", language=language))
    assert (hit.kind, hit.value, hit.holds, hit.check_digits) == ("iban", ACCOUNT, True, False)
    assert text[hit.start : hit.end] == said
    assert hit.rule.startswith("letters and digits spoken")
    assert ('"ate" heard as 8' in hit.rule) == ("ate" in said)
    assert identifiers_in(text, asserted=GB) == ()


def test_an_account_spelled_with_one_digit_changed_is_none() -> None:
    wrong = SPELLED[0][1].replace("nine eight", "nine nine")
    assert [hit for hit in identifiers_in(wrong, source="speech", asserted=GB) if hit.kind == "iban"] == []


@pytest.mark.parametrize(
    ("language", "region", "said", "value"),
    [
        ("ro", "RO", "zero șapte doi unu, unu doi trei, patru cinci șase", "+40721123456"),
        ("de", "DE", "null drei null, zwei drei eins zwei fünf null null null", "+493023125000"),
        ("de", "DE", "null drei null äh dreiundzwanzig zwölf fünf null null null", "+493023125000"),
    ],
)
def test_digits_spoken_in_the_language_of_the_text_are_a_phone(
    language: str, region: str, said: str, value: str
) -> None:
    hit = only(f"bitte {said} danke", source="speech", told=Asserted(region=region, language=language))
    assert (hit.kind, hit.value, hit.holds, hit.rule) == ("phone", value, True, "digits spoken")
    assert identifiers_in(said, source="speech", asserted=Asserted(region=region, language="fr")) == ()


def test_an_address_spoken_in_words_is_an_email() -> None:
    hit = only("write to maria dot pop at example dot org please", source="speech")
    assert (hit.kind, hit.value, hit.rule) == ("email", "maria.pop@example.org", "at and dot spoken")


# --- parts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("1 234", "1234"), ("1.234", "1234"), ("412.5", "412.5"),
        ("1,234,567", "1234567"), ("0.125", "0.125"), ("12,5", "12.5"),
    ],
)  # fmt: skip
def test_amounts_are_read_by_their_last_mark(written: str, meant: str) -> None:
    assert str(amount_of(written)) == meant


def test_card_brands_follow_their_ranges_and_lengths() -> None:
    assert [brand_of(n) for n in ("4" + "0" * 15, "55" + "0" * 14, "2221" + "0" * 12, "34" + "0" * 13, "9" * 16)] == [
        "Visa", "Mastercard", "Mastercard", "American Express", "",
    ]  # fmt: skip


def test_the_vin_check_digit_is_the_one_of_the_regulation() -> None:
    assert vin_check_holds("11111111111111111")
    assert not vin_check_holds("11111111211111111")


def test_every_finder_reports_a_kind_of_the_table_and_names_are_unique() -> None:
    assert len({finder.name for finder in FINDERS}) == len(FINDERS)
    assert {kind for kind, *_ in FOUND + UNVERIFIED} == set(IDENTIFIER_KINDS)
    assert set(IDENTIFIER_KINDS) < set(KINDS)


# --- properties ----------------------------------------------------------------------------------------------------

INSIDE = {finder.name for finder in FINDERS if finder.within}
PIECES = st.sampled_from(
    [text for _, text, *_ in FOUND] + [text for _, text, _ in UNVERIFIED] + [text for _, text, *_ in MISREAD]
    + [text for text, *_ in HEARD] + ["\x00", "\ud800", "\U0001f600", "\u202e", "\n", "\r\n", " ", "שלום", "١٢٣", "é"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(st.characters(), max_size=20), max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(
    text=TEXTS,
    source=st.sampled_from(["native", "ocr", "speech", "human"]),
    region=st.sampled_from(["", "GB", "US", "RO"]),
)
def test_spans_are_in_order_point_into_the_text_and_overlap_only_where_one_encloses(
    text: str, source: str, region: str
) -> None:
    hits = identifiers_in(text, source=source, asserted=Asserted(region=region))  # type: ignore[arg-type]
    assert list(hits) == sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.kind))
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.kind in IDENTIFIER_KINDS
        assert hit.value
        assert hit.check
        assert hit.finder
    for first, second in itertools.pairwise(hits):
        assert second.start >= first.end or (
            second.end <= first.end and (second.finder in INSIDE or first.finder in INSIDE)
        )


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_restoring_digits_keeps_the_length(text: str) -> None:
    assert len(digits_restored(text)) == len(text)


# --- never slow ----------------------------------------------------------------------------------------------------

WRITTEN = Asserted(region="GB", day_order="dmy", language="ro", written="2026-03-14")
WORST = [
    "1", "1 ", "12 ", "0 7 0 4 ", "07 ", "01 23 45 67 ", "a@", "@a", "(", "(0", "a.", "a.com ", "www.", "http://",
    "::", "a:", "00:", "1.", "1,000", "£1", "1-", "1/1/", "GB29 ", "GB29 NWBK ", "T1", "bc1", "0x",
    "4111 1111 1111 1111 ", "zero one ", "oh ", "+", "double ", "a at b dot ", "1 march 2", "march 1 ", "51.5000 ",
    "1.0000,-", "O0", "0O ", "AB12 CDE ", "B 12 ABC ", "plate A1 ", "\x00", "\n", "1\n", "\u00a0", "\U0001f600",
    "t.me/abc ", "©a.", "BIC ", "http://)", "89", "89 1", "IMSI 2", "passport ", "passport no. ", "passport 1",
    "CNP ", "id no 1 ", "nie nif dni ", "P<GBR<<A<<\n", "<", "<" * 43 + "\n", "P<" * 22 + "\n", "1" * 43 + "<\n",
    "O0" * 22 + "\n", "«", "flight ", "AB 1", "BA1 flight ", "train ", "train no 1 ", "booking ", "booking ref A-",
    "pnr ", "1:0", "10:10 ", "1 am ", "9.30 ", "one past ", "twenty five past ", "half past nine ", "in the morning ",
    "one in the morning ", "yesterday ", "the day before ", "last friday ", "ago ", "one week ago ", "hundred ",
    "one hundred and ", "a half ", "one pounds ", "one hundred thousand pounds ", "pounds ", "kilos ", "half a kilo ",
    "1 kg ", "1,000 kg", "the twelfth of march ", "march ", "may 1 ", "1 High Street ", "1 High Street, A ",
    "SW1A 1AA ", "1 A Road SW1A 1AA ", "IL 62701 ", "plate ABC 1 ", "car AB-1", "A1-", "A-1-", "van 1AB2 ", "wa.me/1",
    "insta: a", "telegram is ", "a [at] b ", "a dot ", " at a dot b", "[at]a[dot]", "(at)a.", "r1", "/a", "t.me/",
    "room ", "room 1 ", "room 1, ", "rooms 1, ", "rooms 1, 2 ", "rooms A1, ", "room no. ", "flat 1 night ", "a room 1 ", "apt. #",
    "on wrote", "on wrote\n", "On a\nb", "am schrieb ", "la a scris", "from:\n", "> yesterday\n", "-- original ",
    "g b eight two ", "GB 82 WEST 12 ", "G B 8 2 ", "double you ", "m t eight two a b c d one ", "null zwei ",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("finder", FINDERS, ids=lambda finder: finder.name)
def test_no_text_makes_a_pattern_slow(finder: object) -> None:
    """Every text in short; the one that takes longest by the tenth of a megabyte, its worst, by the megabyte."""

    def took(worst: str, length: int) -> float:
        text = (worst * (length // len(worst) + 1))[:length]
        started = time.process_time()
        for _ in finder.find(text, WRITTEN):  # type: ignore[attr-defined]
            pass
        return time.process_time() - started

    worst, megabyte = slowest_of(WORST, took, limit_s=20)
    assert megabyte.seconds < 20, f"{worst!r} is slow"


def test_whatsapp_addresses_are_numbers_and_groups_and_no_email() -> None:
    assert found("to 442079460142@s.whatsapp.net") == [
        ("phone", "442079460142@s.whatsapp.net", "+442079460142", True),
    ]  # fmt: skip
    assert found("442079460142:12@s.whatsapp.net")[0][2] == "+442079460142"
    group = "447700900123-1590000000@g.us"
    assert found(f"in {group}") == [("account", group, f"whatsapp:{group}", True)]
    assert found("a442079460142@s.whatsapp.net")[0][0] == "email"
    assert found("999999999999@s.whatsapp.net")[0][3] is False
