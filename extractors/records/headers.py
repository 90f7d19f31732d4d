"""What columns are called in seven languages, and so what they are likely to hold."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from evidence.templates import TableKind

_WORDS: Final[dict[str, str]] = {
    "caller": "caller|calling|calling number|a number|a party|a msisdn|anumber|from number|originating number|originator|"
    "apelant|numar apelant|abonat a|nr a|a nummer|anrufer|rufnummer a|appelant|numero appelant|numero llamante|llamante|"
    "numero origen|chiamante|numero chiamante|beller|a nummer|chamador|numero chamador|numero de origem",
    "called": "called|called number|b number|b party|b msisdn|bnumber|to number|dialled number|dialed number|destination "
    "number|apelat|numar apelat|abonat b|nr b|b nummer|angerufener|zielrufnummer|rufnummer b|appele|numero appele|numero "
    "llamado|llamado|numero destino|chiamato|numero chiamato|gebelde|b nummer|numero chamado|numero de destino",
    "subscriber": "subscriber|subscriber number|msisdn|target number|own number|abonat|numar abonat|teilnehmer|abonne|"
    "abonado|utenza|abonnee|assinante",
    "other": "other party|other number|counterpart|correspondent|correspondent id|corresponding number|partener|gegenstelle|"
    "correspondant|interlocutor|corrispondente|contact number",
    "sender": "sender|from|author|expeditor|absender|von|expediteur|remitente|de|mittente|da|afzender|van|remetente",
    "recipient": "recipient|to|receiver|destinatar|catre|empfanger|an|destinataire|destinatario|para|a|ontvanger|naar",
    "direction": "direction|call direction|in out|sens|directie|richtung|anrufrichtung|direccion|sentido|direzione|richting|direcao",
    "type": "type|call type|event type|service|service type|interaction|record type|tip|tip apel|tip serviciu|typ|art|"
    "anruftyp|dienst|type appel|tipo|tipo de llamada|tipo llamada|tipo chiamata|soort|tipo de chamada",
    "started": "date time|datetime|start|started|start time|start date time|call start|timestamp|time stamp|date and time|"
    "begin|data ora|data si ora|inceput|beginn|startzeit|datum uhrzeit|zeitpunkt|date heure|debut|fecha hora|fecha y hora|"
    "inicio|inizio|data e ora|starttijd|datum tijd|data hora|check in|checkin|check in date|arrival|arrival date|sosire|"
    "data sosirii|cazare|anreise|ankunft|arrivee|llegada|entrada|arrivo|aankomst|chegada|departure|departure time|"
    "value date|booking date|transaction date|posting date|data valutei|data tranzactiei|valuta|buchungstag|"
    "wertstellung|date de valeur|date operation|fecha valor|fecha operacion|data valuta|data operazione|boekdatum|"
    "rentedatum|data valor|sent|date sent|sent at",
    "started_date": "date|call date|data|datum|fecha",
    "started_time": "time|call time|ora|uhrzeit|zeit|heure|hora|tijd",
    "ended": "end|ended|end time|stop time|call end|sfarsit|ende|endzeit|fin|fine|einde|fim|check out|checkout|check out "
    "date|departure date|plecare|data plecarii|abreise|depart|salida|partenza|vertrek|saida|arrival time",
    "seconds": "duration|duration s|duration sec|duration seconds|call duration|seconds|secs|durata|durata s|durata secunde|"
    "dauer|dauer s|dauer sek|gesprachsdauer|duree|duree s|duracion|duracion s|duur|duracao",
    "cell": "cell|cell id|cellid|first cell|first cell id|cgi|ecgi|cell a|cell site|site id|antenna|antenna id|antena|"
    "celula|id celula|zelle|funkzelle|zellen id|cellule|celda|cella|zendmast|mast|antenne|cellule id|bts",
    "place": "address|site address|site name|location|cell address|adresa|adresse|direccion|indirizzo|adres|endereco|ort|lieu|"
    "lugar|luogo|plaats",
    "latitude": "latitude|lat|latitudine|breite|breitengrad|latitud|breedtegraad",
    "longitude": "longitude|lon|lng|long|longitudine|lange|langengrad|longitud|lengtegraad",
    "guest": "guest|guest name|name of guest|oaspete|nume oaspete|turist|nume turist|gast|gastname|name des gastes|client|"
    "nom du client|huesped|nombre huesped|ospite|nome ospite|naam gast|hospede|nome do hospede",
    "passenger": "passenger|passenger name|traveller|pasager|nume pasager|passagier|reisender|passager|pasajero|passeggero|"
    "reiziger|passageiro",
    "room": "room|room no|room number|camera|nr camera|zimmer|zimmernummer|chambre|habitacion|kamer|quarto|numero camera",
    "company": "company|agency|booked by|employer|firma|companie|societate|agentie|unternehmen|societe|entreprise|empresa|"
    "azienda|ditta|bedrijf",
    "property": "hotel|property|house|pensiune|unitate|haus|etablissement|struttura|alojamiento",
    "carrier": "carrier|airline|operator|companie aeriana|fluggesellschaft|compagnie|aerolinea|compagnia|luchtvaartmaatschappij",
    "flight": "flight|flight no|flight number|zbor|nr zbor|flug|flugnummer|vol|vuelo|volo|vlucht|voo",
    "origin": "origin|from airport|departure airport|departure place|origine|plecare din|abflugort|origen|origem|departure city",
    "destination": "destination|to airport|arrival airport|destinatie|zielort|destino|destinazione|bestemming|arrival city",
    "booking": "booking|booking ref|booking reference|booking no|reservation|reservation no|pnr|confirmation|rezervare|nr "
    "rezervare|buchung|buchungsnummer|reservierung|reserva|prenotazione|boeking|boekingsnummer",
    "passport": "passport|passport no|passport number|pasaport|reisepass|passeport|pasaporte|passaporto|paspoort|passaporte",
    "identity_number": "id card|identity card|id no|id number|identity number|cnp|carte identitate|ausweis|ausweisnummer|"
    "personalausweis|carte d identite|dni|nie|documento|carta identita|identiteitskaart",
    "document": "document|document no|document number|doc|nr document|ausweisdokument|numero documento",
    "plate": "plate|vehicle|vehicle registration|registration|car|licence plate|license plate|nr inmatriculare|kennzeichen|"
    "immatriculation|matricula|targa|kenteken|matricula",
    "phone": "phone|phone number|telephone|tel|mobile|telefon|nr telefon|handy|mobil|telefonnummer|telephone|portable|telefono|"
    "movil|cellulare|telefoon|telefone|telemovel",
    "email": "email|e mail|mail|email address|adresa email|courriel|correo|correo electronico|posta elettronica",
    "shown_name": "name|display name|contact|contact name|nume|nume contact|kontakt|nom|nombre|nome|naam|nickname|user|username",
    "payer": "payer account|debtor account|from account|payer iban|debtor iban|cont platitor|iban platitor|auftraggeberkonto|"
    "iban auftraggeber|compte debiteur|cuenta ordenante|conto ordinante|rekening betaler|ordering account",
    "payee": "payee account|creditor account|to account|payee iban|creditor iban|beneficiary account|beneficiary iban|cont "
    "beneficiar|iban beneficiar|empfangerkonto|iban empfanger|compte crediteur|cuenta beneficiario|conto beneficiario|"
    "rekening begunstigde",
    "payer_name": "payer|debtor|payer name|debtor name|ordering party|platitor|nume platitor|auftraggeber|zahler|"
    "zahlungspflichtiger|debiteur|donneur d ordre|ordenante|ordinante|betaler|pagador",
    "payee_name": "payee|creditor|payee name|creditor name|beneficiary|beneficiary name|beneficiar|nume beneficiar|"
    "zahlungsempfanger|begunstigter|beneficiaire|beneficiario|begunstigde",
    "own_account": "account|account no|account number|iban|own account|cont|nr cont|konto|kontonummer|compte|cuenta|conto|"
    "rekening|rekeningnummer|conta",
    "other_account": "counterparty account|counterparty iban|contra account|cont contrapartida|gegenkonto|iban zahlungsbeteiligter|"
    "tegenrekening|compte contrepartie|cuenta contrapartida|conto controparte|kontonummer iban",
    "other_name": "counterparty|counterparty name|contrapartida|zahlungsbeteiligter|name zahlungsbeteiligter|contrepartie|"
    "controparte|naam tegenpartij|beguenstigter zahlungspflichtiger",
    "amount": "amount|sum|value|transaction amount|suma|valoare|betrag|umsatz|montant|importe|cantidad|importo|bedrag|montante|valor",
    "debit": "debit|paid out|money out|soll|cargo|debito|af|withdrawal",
    "credit": "credit|paid in|money in|haben|abono|credito|bij|deposit",
    "currency": "currency|ccy|moneda|valuta waehrung|wahrung|waehrung|devise|divisa|valuta|munt|moeda",
    "imei": "imei|imei number|device imei|imei a|equipment",
    "imsi": "imsi|imsi number|imsi a",
    "iccid": "iccid|sim|sim number|sim card",
    "text": "text|message|body|message text|content|remarks|remark|notes|note|comment|comments|description|reference|payment "
    "reference|details|purpose|mesaj|observatii|detalii|explicatii|verwendungszweck|bemerkung|nachricht|inhalt|libelle|"
    "remarque|contenu|mensaje|concepto|observaciones|messaggio|causale|note|omschrijving|opmerking|bericht|mensagem|descricao",
    "conversation": "chat|chat id|conversation|thread|group|conversation id|thread id|grup|gruppe|groupe|grupo|gruppo",
    "key": "id|message id|record id|call id|transaction id|uuid|reference number",
    "state": "status|state|result|call result|stare|zustand|etat|estado|stato",
}  # fmt: skip
_SEPARATORS: Final = re.compile(r"[\W_]+")
BY_WORDS: Final[dict[str, list[str]]] = {}
for _role, _said in _WORDS.items():
    for _one in _said.split("|"):
        BY_WORDS.setdefault(_one, []).append(_role)

BELONGS: Final[dict[TableKind, frozenset[str]]] = {
    "calls": frozenset(
        [
            "caller",
            "called",
            "subscriber",
            "other",
            "direction",
            "type",
            "started",
            "started_date",
            "started_time",
            "ended",
            "seconds",
            "cell",
            "place",
            "latitude",
            "longitude",
            "imei",
            "imsi",
            "iccid",
            "key",
            "state",
            "text",
            "subscriber_name",
        ]
    ),
    "cells": frozenset(["cell", "place", "latitude", "longitude", "carrier", "text"]),
    "stays": frozenset(
        [
            "guest",
            "company",
            "property",
            "room",
            "started",
            "started_date",
            "ended",
            "booking",
            "passport",
            "identity_number",
            "document",
            "plate",
            "phone",
            "email",
            "text",
            "state",
            "key",
            "amount",
            "currency",
            "place",
        ]
    ),
    "trips": frozenset(
        [
            "passenger",
            "company",
            "carrier",
            "flight",
            "origin",
            "destination",
            "started",
            "started_date",
            "started_time",
            "ended",
            "booking",
            "passport",
            "identity_number",
            "document",
            "phone",
            "email",
            "text",
            "state",
            "key",
            "amount",
            "currency",
        ]
    ),
    "payments": frozenset(
        [
            "payer",
            "payee",
            "payer_name",
            "payee_name",
            "own_account",
            "other_account",
            "other_name",
            "amount",
            "debit",
            "credit",
            "currency",
            "started",
            "started_date",
            "started_time",
            "text",
            "key",
            "state",
            "direction",
        ]
    ),
    "messages": frozenset(
        [
            "sender",
            "recipient",
            "subscriber",
            "other",
            "direction",
            "type",
            "started",
            "started_date",
            "started_time",
            "text",
            "conversation",
            "key",
            "state",
            "shown_name",
        ]
    ),
    "contacts": frozenset(["phone", "email", "account", "shown_name", "company", "place", "text", "key"]),
    "other": frozenset(_WORDS),
}
"""Which roles a kind of table knows."""
_SIGNS: Final[dict[TableKind, frozenset[str]]] = {
    "calls": frozenset(("caller", "called", "subscriber", "other", "seconds", "imei", "imsi", "cell", "direction")),
    "cells": frozenset(("cell", "latitude", "longitude", "place")),
    "stays": frozenset(("guest", "room", "property")),
    "trips": frozenset(("passenger", "flight", "carrier", "origin", "destination")),
    "payments": frozenset(
        ("payer", "payee", "payer_name", "payee_name", "amount", "debit", "credit", "other_account", "currency")
    ),
    "messages": frozenset(("sender", "recipient", "text", "conversation")),
    "contacts": frozenset(("shown_name", "phone", "email")),
}


def words_of(header: str) -> str:
    """Return a header as plain words: no accents, case, digits' signs or separators."""
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode()
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return _SEPARATORS.sub(" ", spaced).strip().casefold()


def roles_of(header: str) -> list[str]:
    """Return the roles that a header may stand for, the likeliest first."""
    words = words_of(header)
    bare = re.sub(r"\b(?:no|nr|num|number|code|id)\b", " ", words)
    shorter = (" ".join(bare.split()), words.replace(" ", ""))
    return list(dict.fromkeys(role for form in (words, *shorter) for role in BY_WORDS.get(form, [])))


def kind_of(headers: list[str]) -> TableKind:
    """Return the kind of table that a header row speaks of; `other` where it speaks of none."""
    held = {role for header in headers for role in roles_of(header)}
    counted = {kind: len(held & signs) for kind, signs in _SIGNS.items()}
    if {"cell", "latitude", "longitude"} <= held and not held & {"caller", "called", "other", "seconds", "subscriber"}:
        return "cells"
    best = max(counted, key=lambda kind: counted[kind])
    return best if counted[best] >= 2 else "other"
