"""Words of names that are known: to be others, however near they are spelt (syllables of Chinese and Korean, forms for a woman and a man,
numbers), and to be read or spelt in a way that their letters leave open (names in Arabic letters, Chinese surnames).

Tables of our own: what they lack costs a suggestion that a person turns down, or one that is not made.
"""

from __future__ import annotations

import re
from typing import Final

from graph.nicknames import KOREAN


def _words(text: str) -> list[str]:
    return text.split()


_SYLLABLE: Final = (
    r"(?:(?:[zcs]h?|r|[gkh])(?:ang?|a[io]?|e(?:ng?|i)?|i|ong|ou|ua(?:ng?|i)?|u[ino]?)|[jqx](?:ia(?:ng?|o)?|i(?:ng?|e|ong|u)?|u(?:an|e|n)?)"
    r"|[bpmf](?:ang?|a[io]?|e(?:ng?|i)|ia[no]|i(?:ng?|e|u)?|ou?|u)|[dtnl](?:ang?|a[io]?|e(?:ng?|i)?|ia(?:ng?|o)?|i(?:ng?|e|u)?|ong|ou|u(?:an|[eino])?)"
    r"|w(?:ang?|ai?|e(?:ng?|i)|o|u)|y(?:ang?|ao?|e|i(?:ng?)?|ong|ou?|u(?:an|e|n)?)|ang?|a[io]?|e[inr]?|ou?)"
)
_PINYIN: Final = re.compile(f"{_SYLLABLE}(?:{_SYLLABLE})?")
_ONE_SYLLABLE: Final = re.compile(_SYLLABLE)
_SHORTEST_OF_TWO: Final = 6
"""Letters from which on a word of two syllables is taken for Chinese: shorter ones are names of every country (Dana, Nina, Lena)."""
_FEMININE: Final = (
    ("ov", "ova"), ("ev", "eva"), ("in", "ina"), ("yn", "yna"), ("sky", "skaya"), ("ski", "ska"), ("skiy", "skaya"),
    ("ich", "na"), ("cki", "cka"), ("y", "a"), ("", "a"), ("", "ova"), ("as", "iene"), ("s", "ou"), ("", "ne"),
)  # fmt: skip
_LAST_ONLY: Final = 4
"""Letters before an ending that two words must share for it to set a woman's form apart from a man's."""
PARTICLES: Final = frozenset(_words(
    "de la las los del della dello dei degli di da do dos du des van von den der ter ten te het zu zum zur af av al el ul bin ben ibn "
    "bint ould abu abou abdul din allah"
))  # fmt: skip
"""Words that within a name go with the one behind them and say little by themselves; at its beginning or end many are names (Do, Di, Ben)."""
PARTICLES_FIRST: Final = frozenset(("abdul", "bin", "ibn", "bint", "abu", "abou", "von", "della"))
"""Those of them that are no name at the beginning of one either."""
PARTICLES_LAST: Final = frozenset(("din", "allah"))
"""Those that end a name: Badr al-Din."""
GENERATIONS: Final = frozenset(_words("jr junior sr senior ii iii iv fils pere hijo filho neto"))
OF_MEN: Final = frozenset(_words("mr monsieur herr senor signor pan domnul kyrios gospodin ur uram"))
OF_WOMEN: Final = frozenset(
    _words("mrs ms miss madam mme mlle madame frau senora sra signora pani doamna domnisoara kyria gospodja")
)
_OTHERS: Final = """
sami riya priya neha sneha rohit mohit sumit anil sunil suresh mahesh dinesh vinita bryony rowan salem hala ilinca sorina erma norma lambert
velma barry mason ethan logan hogan regan abeba abena abshir adwoa aftab afzal aivars akosua aldona alin alma almaz altaf alvydas ama amjad
anand anestis anezka angharad ankit annegret antonello arash ardeshir arpad arun aruna arvydas asha aslam babangida babu
bahadur baljit baptiste bashkim behnam bekele berhanu besarta bhavesh bijan birute bojan bojana boyan branka bretislav brunhilde burkhard
cathal chandra charity chima chrysanthi ciro cormac cosmina crina cruz csaba csilla dainius daiva dalal danladi darko decebal
demetrio destiny dilys dimitrinka dipankar dobrica dobromil dobroslaw dragos drazen dubravka dzintars eberhard ebube edina edson egle eirlys
ekkehard eligiusz elvis enid eniko esohe eucharia everaldo ezinne facundo farah fariba farshid farzad fatih festus fikre filimon flamur
florencio fortunato friday gancho garba gaston geraint gethin geza giedrius gift gilson girma godwin goodluck goran grant grazina gudrun
habiba hartmut hedvika heike helga hiwot hodan hope horst idowu iliyan imade imelda inese innocent iolo jadranka jahanara jasna jaya
jelica jindriska joost kalin kalina kalpana kalyan kamen kamran karan kashif kastriot kaveh khan khokan khurram kirk kofi kojo krum kuldeep
kwabena kwaku kwame kwasi kwesi laima lalit lawal levent liborio libuse ligia livia llinos lodovico lorella lothar luan lucky lyudmil maha
mahnaz mahsa majida mala malak mandeep manisha manoj maricar maris marisol marivic mavis mechthild mehrdad mekonnen menelaos mentor meredydd
merlin meseret mihnea miluse minerva miron mirza mitali mohan mojmir momir monday morag moumita muireann mujahid mukesh murali muslim
myfanwy nagendra naresh nasima nayden nazma nedelya nedyalko nektarios nerys nieves nighat nikhil nilesh nimo nirmala nisha nitin nneka
nwanneka odette odysseas ognyan okwudili omosede osagie osaze ostap ottilie ovie padma pankaj parisa parminder partha pascale
pencho penka perfecto petrit plamena polyxeni pramod precious prem priyanka pushpa radha radim radka rados radostina rahul raimonda raimunda
raivis rakesh rana ranald rani ranko rasa rashmi ratko raul rayna razvan regis reka rekha remus reyes rhodri rima ritu romeo romulus
roswitha roya rukmini ruma rumen saad saba sabah sachin saima sajid salah sani santos sanziana saoirse saroj saulius sekinat shabana shahida
shahram shalini shazia shefali shehu shilpa shilpi shivani sigrid silke sinisa sjoerd sladjana slavomira sohan solange sona sonal
sorcha spasoje stanimir stepanka stojanka stoyanka sudha sudhir sujan sunday suraj sushma svatopluk svetlin svilen swapan sylviane taha
tahira talal tapan tapas tara taraneh tayfun tigist tika tomislava torquil traian tsvetanka tudora tuhin tuncay ubochi ugur ulises ultan uma
umesh urmila usha uwe vaidas valcho valdete velichko veljko vendula vesna vidosava vijaya virginijus vlatko volker vuk wagner waldir wanda
warsame wellington wisdom yaa yavor yaw yilmaz ylli yogesh zane zdravko zeljka zenobia zerihun zhelyazko zhivka zita zivorad zlatan zlatko
zoila zsolt zydrunas
"""
OTHERS: Final = frozenset(_words(_OTHERS))
"""Given names that nobody writes for one another, though a letter or a sound sets them apart; those that `graph.nicknames` lacks."""

_IN_ARABIC: Final = """
محمد mohammed احمد ahmed محمود mahmoud حامد hamed حمد hamad حميد hamid علي ali حسن hassan حسين hussein خالد khaled عمر omar عمرو amr يوسف youssef
ابراهيم ibrahim مصطفى mustafa سعيد said طارق tarek كريم karim سامي sami سمير samir فاطمة fatima عائشة aisha عايشة aisha مريم maryam خديجة khadija
زينب zeinab ليلى layla ليلي layla سلمى salma نور nour هدى huda سعاد souad رانيا rania هالة hala سميرة samira كريمة karima اميرة amira امير amir
عبد abd الله allah عبدالله abdullah رحمن rahman رحيم rahim داود dawud داوود dawud سليمان suleiman اسماعيل ismail عثمان othman
جمال jamal كمال kamal جميل jamil ناصر nasser نصر nasr صالح saleh سالم salem سليم salim فارس faris فيصل faisal بلال bilal حمزة hamza
انس anas ياسر yasser ياسين yassin وليد walid وائل wael هاني hani هشام hisham ماجد majed ماهر maher منى mona نادية nadia امينة amina
رشيد rashid راشد rashed عادل adel عماد imad ايمن ayman بشير bashir تامر tamer زياد ziad قاسم qasim موسى musa عيسى issa يحيى yahya
سارة sara ساره sara سرى sura رنا rana ريم reem دينا dina دانا dana لينا lina لبنى lubna لمى lama مها maha مي mai نهى nuha ندى nada نجلاء najla نوال nawal
نورة noura هبة heba هند hind وفاء wafa ولاء walaa يسرى yusra اسماء asma اسراء israa الاء alaa ايمان iman امل amal امال amal اماني amani بسمة basma بشرى bushra
جميلة jamila جنى jana حنان hanan حنين haneen دعاء doaa دلال dalal رقية ruqayya رشا rasha رحمة rahma زهراء zahra زهرة zahra سناء sana سهام siham سوسن sawsan
شيماء shaimaa شيرين shirin صفاء safa ضحى duha عبير abeer عزيزة aziza عفاف afaf غادة ghada فاتن faten فرح farah فريدة farida فوزية fawzia لطيفة latifa
مروة marwa ملك malak منال manal ميساء maysa نسرين nasrin نعيمة naima نبيلة nabila هناء hana هيفاء haifa وردة warda حبيبة habiba حليمة halima صفية safia سعدية saadia
شهد shahd روان rawan رغد raghad اريج areej بدور budur تهاني tahani جواهر jawaher حصة hessa موضي moudi منيرة munira مزنة muzna العنود anoud شروق shorouk
ادم adam اياد iyad اسامة osama اشرف ashraf اكرم akram امجد amjad امين amin انور anwar اوس aws ايهاب ehab ايوب ayoub باسم bassem باسل basel بدر badr برهان burhan
بسام bassam بكر bakr تميم tamim توفيق tawfik ثامر thamer جابر jaber جاسم jassim جعفر jafar جلال jalal جهاد jihad جواد jawad حاتم hatem حازم hazem حبيب habib حسام hossam
حسان hassan حيدر haidar خضر khodr خليفة khalifa خليل khalil خميس khamis ذياب diab راغب ragheb رامي rami رائد raed رياض riyad رجب rajab رضا reda رفيق rafiq رمزي ramzi رمضان ramadan
رؤوف raouf زاهر zaher زكي zaki زكريا zakaria زيد zaid زين zein ساجد sajid سعد saad سعود saud سلطان sultan سلمان salman سمعان samaan سهيل suhail سيد sayed سيف saif شادي shadi
شاكر shaker شريف sharif شفيق shafiq شوقي shawki شهاب shihab صادق sadiq صابر saber صباح sabah صدام saddam صلاح salah ضياء diaa طاهر taher طلال talal طه taha ظافر dhafer
عارف aref عاصم asem عاطف atef عامر amer عباس abbas عبيد obeid عزام azzam عزت ezzat عز ezz عصام essam عطية attia عمار ammar عنتر antar عواد awad عوض awad غازي ghazi غسان ghassan
فادي fadi فاروق farouk فاضل fadel فايز fayez فؤاد fouad فتحي fathi فخري fakhri فراس firas فرج faraj فريد farid فهد fahad فوزي fawzi قادر qader قصي qusay قيس qais كاظم kadhim كرم karam
لؤي louay لطفي lutfi لقمان luqman ليث laith مازن mazen مالك malek مؤمن moamen مبارك mubarak متعب mutaib مجدي magdi مجيد majid محسن mohsen مختار mukhtar مراد murad مروان marwan
مسعود masoud مشعل mishal مظفر muzaffar معاذ muath معتز moataz معمر muammar ممدوح mamdouh منذر munther منصور mansour منير munir مهدي mahdi مهند muhannad نادر nader نايف naif نبيل nabil
نجيب najib نديم nadim نزار nizar نضال nidal نعمان numan نعيم naim نواف nawaf هادي hadi هارون haroun هيثم haitham هلال hilal همام hammam وجيه wajih وحيد wahid وسام wissam وسيم wassim
ياسمين yasmin يعقوب yaqoub يونس younes معاوية muawiya عبود abboud ابو abu ابوبكر abubakr ام umm بن bin ابن ibn بنت bint حاج haj شيخ sheikh دين din اله ilah
خوري khoury درويش darwish حداد haddad حربي harbi منصوري mansouri عتيبي otaibi قحطاني qahtani غامدي ghamdi زهراني zahrani شمري shammari مطيري mutairi دوسري dosari
عنزي enezi رشيدي rashidi هاجري hajri شهري shehri مالكي maliki عسيري asiri جهني juhani سبيعي subaie ظاهري dhaheri نعيمي nuaimi شامسي shamsi مزروعي mazrouei كعبي kaabi
كتبي ketbi سويدي suwaidi مهيري muhairi فلاسي falasi هاشمي hashimi حسيني husseini حسني hasani موسوي musawi جبوري jubouri دليمي dulaimi تكريتي tikriti عبيدي obaidi ربيعي rubaie
ساعدي saadi تميمي tamimi خزاعي khuzai بصري basri بغدادي baghdadi موصلي mosuli حلبي halabi شامي shami دمشقي dimashqi حمصي homsi حموي hamwi مصري masri مغربي maghrabi تونسي tunisi
جزائري jazairi ليبي libi سوداني sudani يمني yamani صنعاني sanaani عدني adani حضرمي hadrami كويتي kuwaiti عماني omani فلسطيني filastini مقدسي maqdisi غزاوي ghazzawi نابلسي nabulsi
نجار najjar حلاق hallaq خياط khayyat صباغ sabbagh صراف sarraf عطار attar قاضي qadi خطيب khatib امام imam مؤذن muezzin طحان tahhan خباز khabbaz لحام lahham بيطار bitar
بنا banna حكيم hakim طبيب tabib كاتب kateb ترك turk كردي kurdi عربي arabi شركس sharkas ارمني armani روسان rousan عبادي abbadi زعبي zoubi طراونة tarawneh مجالي majali عدوان adwan
خصاونة khasawneh حديد hadid حديدي hadidi حمدان hamdan حمدي hamdi زيدان zidan سرور sorour صقر saqr طوقان touqan عساف assaf علوان alwan عون aoun غانم ghanem غنيم ghoneim فياض fayyad فايد fayed
قباني qabbani قنديل kandil كيلاني kilani معلوف maalouf مرسي morsi نحاس nahhas نصار nassar نمر nimr هنداوي hindawi بكري bakri عزيز aziz بيومي bayoumi جندي jundi جوهري gohary سباعي sebai
سيسي sisi شاذلي shazly شعراوي shaarawi شناوي shennawi صاوي sawy عدوي adawi عريان erian غزالي ghazali فقي feki قرضاوي qaradawi كفراوي kafrawi منياوي minyawi نجدي najdi وكيل wakil
بوتفليقة bouteflika بلعيد belaid بوزيد bouzid زروال zeroual بنعلي benali مرزوقي marzouki غنوشي ghannouchi سبسي sebsi بورقيبة bourguiba طرابلسي trabelsi جبالي jebali حمادي hammadi عياري ayari
فاسي fassi علمي alami بناني bennani تازي tazi برادة berrada ادريسي idrissi علوي alaoui عمراني amrani يعقوبي yacoubi صديقي siddiqi رضايي rezaei رضائي rezaei محمدي mohammadi
احمدي ahmadi كريمي karimi رحيمي rahimi جعفري jafari اكبري akbari قاسمي qasemi موسوی mousavi نظري nazari نوري nouri صادقي sadeghi مرادي moradi شريفي sharifi رستمي rostami
قادري qadri خان khan بهادر bahadur مشرف musharraf پرويز pervez نواز nawaz شهباز shahbaz بوتو bhutto عمران imran اقبال iqbal جاويد javed رضوان rizwan بٹ butt چودهري chaudhry قريشي qureshi
الياس elias الهام elham الفت olfat الين elin الان alan البرت albert الكسندر alexander اليزابيث elizabeth جورج george حنا hanna ميشال michel بطرس boutros بولس boulos مارون maroun طوني tony ايلي elie جبران gibran
بدوي badawi محفوظ mahfouz نصرالله nasrallah عطاالله atallah خيرالله khairallah فضلالله fadlallah حبيبالله habibullah بغداد baghdad برزاني barzani طالباني talabani اسد assad قذافي qaddafi مبروك mabrouk جنبلاط jumblatt حريري hariri ميقاتي mikati
"""
_ARABIC_SPELT: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ؤ": "و", "ئ": "ي", "ء": ""}
)  # fmt: skip
"""Letters that one writer sets for another, and those of Persian and Urdu."""


def bare_arabic(word: str) -> str:
    """Return a word in Arabic letters without hamzas, the letters alike that writers set for one another."""
    return word.translate(_ARABIC_SPELT)


ARABIC: Final = {
    bare_arabic(word): latin for word, latin in zip(_words(_IN_ARABIC)[::2], _words(_IN_ARABIC)[1::2], strict=True)
}
"""Names in Arabic letters, as `bare_arabic` writes them, as they are mostly spelt in Latin ones: what the letters alone leave open."""
_VOWELS_ALIKE: Final = (
    (re.compile("ph"), "f"),
    (re.compile("[aeiy]+"), "a"),
    (re.compile("[ou]+"), "u"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def _as_heard(latin: str) -> str:
    latin = latin.replace("q", "k").replace("g", "k")
    for pattern, instead in _VOWELS_ALIKE:
        latin = pattern.sub(instead, latin)
    return latin


_HEARD: Final = frozenset(map(_as_heard, ARABIC.values()))
_AFTER_ARTICLE: Final = 5
"""Letters from which on a word that may be Arabic is one: `Aldana` is a Spanish name, `Alharbi` none."""
_SHORT: Final = frozenset(_words("said saeed amin sisi saud badr nour zein saif omar hajj hajji haji hadi fadl bakr"))
_OF_ARABIC: Final = re.compile("kh|gh|dh|q(?!u)")
"""How many words of Arabic begin and few others do."""
_SERVANT_OF: Final = frozenset(
    map(_as_heard, _words("rahman rahim karim aziz hakim hamid majid malik qadir latif salam samad sattar wahab wahid ghani ghaffar ghafur jabbar "
        "nasir nasser rauf rashid halim hadi haq haqq khaliq kabir mannan matin mumin muttalib qayyum quddus rab rabb rehman shakur wadud zahir "
        "moneim monem moez baset fattah razzaq razak hafiz jalil bari basit hai hay muhsin mohsen azim alim raheem kader rasheed ilah ali"))
)  # fmt: skip


def is_arabic(latin: str) -> bool:
    """Return whether a folded word is known for one of Arabic that stands after the article."""
    return latin in _SHORT or (
        len(latin) >= _AFTER_ARTICLE and (bool(_OF_ARABIC.match(latin)) or _as_heard(latin) in _HEARD)
    )


def is_servant_of(latin: str) -> bool:
    """Return whether a folded word is a name of God, with which `abd` makes one name."""
    return _as_heard(latin) in _SERVANT_OF


_SURNAMES: Final = """
曾 zeng 单 shan 單 shan 区 ou 區 ou 解 xie 仇 qiu 查 zha 任 ren 朴 piao 盖 ge 蓋 ge 缪 miao 繆 miao 吕 lu 呂 lu 冼 xian 尉 wei 乐 yue 樂 yue 覃 qin 员 yun 宓 fu 种 chong 卜 bu 薄 bo 翟 zhai
司马 sima 司馬 sima 诸葛 zhuge 諸葛 zhuge 欧阳 ouyang 歐陽 ouyang 上官 shangguan 司徒 situ 东方 dongfang 東方 dongfang 皇甫 huangfu 尉迟 yuchi 尉遲 yuchi
公孙 gongsun 公孫 gongsun 慕容 murong 令狐 linghu 端木 duanmu 夏侯 xiahou 长孙 zhangsun 長孫 zhangsun 宇文 yuwen 轩辕 xuanyuan 軒轅 xuanyuan 南宫 nangong 南宮 nangong
西门 ximen 西門 ximen 独孤 dugu 獨孤 dugu 钟离 zhongli 鍾離 zhongli 司空 sikong 澹台 tantai
"""
CHINESE_SURNAMES: Final = dict(zip(_words(_SURNAMES)[::2], _words(_SURNAMES)[1::2], strict=True))
"""Surnames of two characters, and those that are read otherwise than the character is elsewhere."""
READ_IN_GIVEN_NAMES: Final = str.maketrans({"长": "昌", "長": "昌", "晟": "胜"})
"""Characters that are read in given names as another one is, and not as they are read most often."""


def known_apart(a: str, b: str) -> bool:
    """Return whether two folded words are known to be different ones: no slip of pen, ear or lens is looked for between them."""
    return (a.isdigit() and b.isdigit()) or _both_chinese(a, b) or _both_korean(a, b) or _of_both_sexes(a, b)


def _both_chinese(a: str, b: str) -> bool:
    if _ONE_SYLLABLE.fullmatch(a) and _ONE_SYLLABLE.fullmatch(b):
        return True
    return min(len(a), len(b)) >= _SHORTEST_OF_TWO and bool(_PINYIN.fullmatch(a) and _PINYIN.fullmatch(b))


def _both_korean(a: str, b: str) -> bool:
    """Return whether two words are of two syllables of Korean each, and not of the same two."""
    if min(len(a), len(b)) < _SHORTEST_OF_TWO:
        return False
    one, other = _two_syllables(a), _two_syllables(b)
    return bool(one and other) and not any(
        KOREAN[first] & KOREAN[begins] and KOREAN[second] & KOREAN[ends]
        for first, second in one
        for begins, ends in other
    )


def _two_syllables(word: str) -> list[tuple[str, str]]:
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1) if word[:at] in KOREAN and word[at:] in KOREAN]


def _of_both_sexes(a: str, b: str) -> bool:
    for man, woman in _FEMININE:
        for one, other in ((a, b), (b, a)):
            stem = one.removesuffix(man)
            if len(stem) >= _LAST_ONLY and one.endswith(man) and stem + woman == other:
                return True
    return False


def may_be_chinese(word: str) -> bool:
    """Return whether a folded word can be one or two syllables of pinyin."""
    return bool(_PINYIN.fullmatch(word))
