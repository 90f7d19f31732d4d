"""Given names that stand for one another: short forms, pet names, spellings, and forms in other languages; a table of our own.

A line is one family of names. A name may stand in several (`alex`), and two names are of one family where they share one.
Folded as `graph.name_forms` folds: no diacritics, Latin letters. Two names that the table knows and that share no family are told
apart, however near they are spelt: a spelling that people or machines confuse with another (`sean`, `shawn`) must stand beside it,
and a man's and a woman's full name stand in different lines, though they share a pet name. What it lacks costs a suggestion.
"""

from __future__ import annotations

from typing import Final

_OF_MANY_LANGUAGES: Final = """
aleksandr alexander alex sandy sasha sascha sandu sandro alexandru alessandro alejandro aleksander xander alec alek alik shura sanya oleksandr olexandr aliaksandr alexandre alexandros aleksandar aleksandur alexandar alasdair alastair alistair alister sandor sanyi skender iskander iskandar sikandar aco saso sasho aleks al jandro sashko oles ale leka skenda
aleksandra alexandra alex sandra sasha sandy alessandra alejandra alexa lexi lexie sandrine sanya shura oleksandra sondra alix aleks saska alexandrina jandra aleksa ola ale
alfred alf alfie fred fredo alfredo al
andrew andy drew andrei andrey andre andreas andres andrzej andras andrija ondrej andrii andriy andrius andris andrej andi bandi anders jedrek andryusha andriyko andrejs andro andreu andrij andri andryukha
andrea andreea andreia andie deea andreja andreina andy andra
anna ann anne annie ana anya hanna hannah anita anca aneta annette anette hana anja ania anka anyuta annushka aniko anica anicka ancuta anneke annika antje anny nan aine ganna anuta anisoara panni anci ani
nancy nan nance
annabel annabelle anabel anabelle bella
anthony tony antonio anton antoine antoni antal toni ant tonio tonho antonis antonios antun ante antonin tonda antanas antek antony tonino toncho tonci teun tonny antonius antonie tono toninho tosha antosha toto
antonia tonya tonia antonina antonietta antoinette toni tonja tosia netta tonka antoniya antoniia
barbara barb babs barbora basia varvara barbra barbie varya borbala bori barica babsi barbel
benjamin ben benny benji beniamin benyamin binyamin bennie benek veniamin beni
bernard bernie bernhard bernardo bernd barney bernat
bernadette bernie bernadetta detta
bogdan bohdan bodya
bogdana bohdana dana
catherine katherine kathryn kate katie kathy cathy katya ekaterina catalina katarzyna kasia caterina katalin ecaterina kata katharine catharine kat cat kitty kay katy kati katerina kateryna katarina katharina kathrin katrin catrin katja katia katka kaska kasienka katica katinka katyusha yekaterina aikaterini katalina kathi cath kath catarina cata kaja kathie kathe catharina trijn cati catinca catrina katrusia katina cate
kathleen cathleen kath kathy cathy kathie katie
catriona caitriona katrina catrina trina cat
caitlin katelyn kaitlyn kaitlin caitlyn katelynn katlyn kate katie caitlan cait
catalin cata
charles charlie chuck carl carlos karl karol carlo charly chas chaz chip carlitos carol karel karoly karcsi karlo karolis karlis carles charley carlinhos
carla karla carly carlie karly carlita
charlotte lottie lotte charlie carlota carlotta charly char sharlotte lotta sarolta charley
christopher chris kit cristofor christoph cristobal krzysztof kris topher christophe cristoforo krystof kristof kristoffer christoffer krzys krzysiek kristofer christofer
cristian christian kristian krystian chris cristi kristijan krisztian cristiano christiaan cris kris kristiyan krisz
christos hristos khristos hristo chris kristo itso khristo icho
christine christina chris tina kristina cristina krystyna chrissie kristine kristin cristine hristina khristina khrystyna krisztina kriszti krysia krista christa kris cris chrissy christiane cristiana christiana kristiana stine krysta crista krisi
kirsten kirsty kirstie kirstin kirstine chris kersten
daniel dan danny dani danilo danil danylo danyal daniyal daniil danik danila danek danko danijel daniele danya dany dannie daniels daneil
daniela danielle daniella dani danijela dana danny daniele danni danka
david dave davey davide dawid davi davie dai dafydd dewi davyd davit dato daud dawud dawood daoud davut daved dawit
deborah debbie deb debra debora debs debby devora debi deby
denise denisa denyse
dennis denis denny den dionisie denys denes deniska dinis
diana diane dianne di dianna dajana
dimitri dmitri dmitriy dmitry dima dimitris dimitrios dumitru mitia mitya dumi dmytro dimitar dimitur dimitrie mitko mitsos mitica dmitrij dzmitry dimitrije dimka demetrius demetrios mimis dmitrii dimcho dimo mita dymytriy dmitro dimitr mitu mitaka dimon
dimitra demetra dimi
dominic dominick dom nick domenico domingo dominik dominique nico mingo domonkos domi domenic
dominika dominique domenica domi nika dominga
donald don donnie donny donal domhnall donaldo doni
edward ed eddie ted teddy ned eduard edoardo eduardo edvard edek eddy edi ede duarte edu lalo eduards edvardas edouard edik
edwin ed eddie eddy
edmund ed eddie ned edmond edmundo eamon eamonn eddy
edgar ed eddie edgardo edgars
elena helen helena helene olena yelena jelena eleni alena ellen lena nell nellie lenka lenuta lenuca ileana ilona ilonka leni lencsi ilka elenka elin lenochka elenuta elle olenka alyona aliona nela leana nuta eli elka ica ilus lenio
elaine elain elayne
eleanor elinor ellie nell nellie nora norah leonora eleonora eleonore elenor lenore nelly eleanora eleonor elly neli
elizabeth elisabeth liz lizzie beth betty eliza elisabeta erzsebet elzbieta yelizaveta liza isabel bess elspeth elsie libby lisa lise betsy bessie bette elise elsa else lisbeth liesbeth lizbeth elisabetta elizaveta elisaveta lizaveta yelyzaveta jelizaveta bettina lisette lizzy ela elka bozsi erzsi zsoka alzbeta eliska liisa liesl lisl liesel beti elisa lilibet elizabete betka betti bety liese sissi elli
emily emilia emilie milly millie em emmy emmie emiliya emiliia emilka emilija
emma em emmy emmie ema
emil emile emilio emilian emiliano milo emilijan mili
ernest ernie ernesto erno ernst ernests neto
eugene gene yevgeny evgeny evgeniy yevhen eugen jeno evgenii zhenya yevgeniy yevgenii eugenio evgeni jevgenij jevhen eugeniusz genek zheka zhenka jenya evgenios evzen yevhenii eugeniu geo ievgen ievgenii
eugenia evgenia yevgenia yevheniya eugenie zhenya jenya evgeniya yevgeniya yevheniia evgeniia eugenija genia zhenka
gennady gena gennadiy gennadii genadi hennadiy hennadii gennadi genka gennadij
florin florian florea florinel
florina flori florinela
florentina flori tina florentyna florica
florence flo flora flossie florrie florencia florenta florie flori
francis frank francisco paco pancho francesco franz ferenc franciszek francois frankie chico franc fran kiko curro paquito quico cisco franck franek frantisek franta frano frane franjo francesc feri ferko frans xisco xico francisc franky panchito pranas franko ferike ciccio checco
frances fran francesca francisca franciszka frankie fanny paca paquita francine francoise cissie panchita frantiska franciska franca francie fani franka fanni franziska franzi ziska
frederick fred freddy freddie frederic friedrich federico fryderyk frederik frederico fritz frits rick fede fredrik fredek frigyes bedrich fredy
frederica freddie federica friederike rike fede fryderyka
gabriel gabe gabi gavril gabor gaby gavriil gavrilo gavrila gabriele gabrijel gavrail jibril jibreel cebrail gavro havryil
gabriela gabrielle gabriella gabi gaby gabrijela gabrysia gabs gabika gabita
gary gareth garry gaz garri garth
george georgi georgiy yuri yury jiri jorge giorgio georges gheorghe georgios giorgos yorgos gyorgy jerzy iuri gigi ghita juraj gheorghi gyuri jurek jirka georgie gogu gica gheorghita geo giorgi jurij yura yuriy yurii iurii heorhiy heorhii jordi yiorgos jurgis juris gjergj geordie djordje dorde djuro duro djura gjorgji goce juri jurgen jorg joerg juergen jorgen joris georg gogi georgii georgij gueorgui iura gicu gosho joro zhoro goshe yurik yurko gyurka schorsch
egor yegor yehor jegor gosha
igor ihor gosha garik ihar igoryok
georgina georgia georgie gina georgette georgiana georgeta geta gergana georgiya gia jorja geo geri gogo
gerald gerry jerry gerard gerhard gerd gert gerardo ged gerrit geert geraldo
geraldine gerry geri gerri
gilbert gil gilberto bert gib
giovanni gianni vanni john gio nanni
gregory greg gregor grigory grigore grzegorz grisha gregorio grigoriy grigorii hryhoriy hryhorii hryhory gergely gergo geri grigor grigoris grigorios grzesiek grzes gregg grigori goyo gorio gligor grig gregoire grigorij hryhorij hrysha hryts
harold harry hal harald haroldo
henry harry hank henri heinrich enrique enrico henryk hal hen henrique quique kike heinz heiner hendrik henrik rik henk hein genrikh jindrich jindra henio harri henny hinrich heikki heniek
harriet henrietta hattie hetty etta henriette harriette hettie ettie henryka enriqueta queta rika henrike hennie etty
hugh hugo hughie hugues huw hew ugo shug hughy
ian iain
ilie elijah ilya elias eli illia ilias iliya ilija ilia eliasz elie ilyas ilyusha ely ilyukha ilko ilica lias
ion ioan john jan ivan jean juan giovanni johann hans ioannis giannis yannis jovan janos janek vanya johannes ionut ionel nelu johnny jack jon ioannes yiannis jannis yianni gianni hannes jens johan janis janez jani jancsi janko janusz jasiu honza jano ivica ive vanka vano ivanko ivancho vancho jovo jovica joca yoan yohan yohannes juanito juancho joao jhon johnnie jock yanni yanko iancu ionica ionita nelutu janne juhani jussi yahya gjon jas jasio yanis jonny vanyusha yani vanko jonel gian jaan yvan iwan joaozinho
sean shawn shaun seann shaughn shon
evan ieuan ifan iwan
ewan euan ewen
owen eoin eoghan owain
irene irena irina ira iryna iren irinka irka eirini rena irenka irisha iryn irenke irusya
isabella isabel bella izabela isabelle isobel izabella izzy isa belle izzie isabela chabela iza izabel ysabel ishbel issy bel isobelle
isaac isak itzhak yitzhak ishaq isaak zak ike ishak izaak izhak
israel izzy
jacob jake jakob jakub james iacob giacomo yakov yakiv yasha jaap kuba kobus iago jakov jacobo jakab yaakov yaqub yakub yakup jacopo jakobus iakov jasha jacky koos
james jim jimmy jamie jaime jacques diego seamus shamus hamish jimmie jem jimbo jaimie
santiago santi chago diego tiago thiago iago jago yago
jacek jacus
jennifer jen jenny jennie jenn jenifer jenni yenifer yennifer jeni
jessica jess jessie jessy yessica jesica jessika
joanna joanne joann joana ioana ioanna johanna johana johanne giovanna juana juanita jovana jovanka yoana yohana jo joan joasia asia asya hanne gianna jojo joaska yoanna joni hanna vanna
oana ioana
ivana ivanka iva ivanna vanya vania vanche
jane janey jayne janie jana janka
janet janette jan jannet janett
jean jeanne jeanie jeannie
jeanette jeannette janette jean netta jeanet
janice janis jan
yana jana zhanna janna zhana zaneta
joseph joe joey jose pepe giuseppe beppe josef jozef iosif josip jozsef yusuf youssef yosef yousef osip pepito chepe ze zezinho josep pep seosamh sepp jozek juzek jusuf yosif yossi iosef yosyp yusif yusup juozas jazeps joska jozsi peppe peppino jef yousif yousuf yusef youcef joze jozo sifis josko jozko pino usif usuf jupp
josephine josie jo josefina josefa fina pepa pepita josephina jozefina giuseppina giusy pina jozefa pepi josefine josette
jonathan jon jonny johnathan jonathon yonatan johnny jonatan yoni
joshua josh yehoshua
julia julie iulia giulia yulia julija juliana yuliya jules julka juli yulya iuliia yuliia juliane julianna iuliana yulka jule julcsi giuliana
juliet juliette julieta giulietta jules
julian jules iulian julien julio julius giulio giuliano yulian iuliu julek juliano iulica
karen caren karin karyn caryn karren
kenneth ken kenny kenn kenney
konstantin constantin costel costi kostya konstantinos kostas dinu constantine con kosta kostadin kostandin costin costica costache kostyantyn kostiantyn konstanty kostek dinos konstantine gus kostis constantinos costa costas kocho kostia dino titi kostyan
konstantina constantina dina kostadinka konstadina nantia
constance connie constanza konstancja constanta conny
larisa lara lora larysa larissa
lawrence larry laurence laurentiu lorenzo lars laurent lawrie lorenz laurie renzo lavrentiy wawrzyniec lorinc lovro lourenco loz lauri lasse laurentius lau
leonard leo len lenny leonid leonardo lennie leonhard leonidas lyonya lenya leon leonids leonardas
lev leo lyova leva leon
luke lucas luca luka lukas lukasz lukacs luc loukas lukash luki
lucy lucia lucie luci lu lucja lucija luzia lulu lusy
louis lewis lou luis luigi ludwig lewie louie lajos ludvik luiz lui lluis gigi gino ludovic lodewijk ludvig luisito lucho ludwik ludek lewys lajcsi lali luizinho
louise lou louisa luisa lulu luise lujza lovisa ludwika luiza loulou
ludmila lyudmila liudmila mila lyuda ludmilla lyudmyla liudmyla lyusya luda liuda ljudmila lusya
magdalena magda lena madalina madeleine madeline magdolna magdi maddie maddy madlen lenka mada malena marlena magdalene maddalena madelyn leni magdalini madelaine maggie mady magdy
marlene marlena
margaret maggie meg peggy marge margarita rita greta malgorzata margit margot margo peg madge marguerite margherita margareta margarete margarethe gretchen gretel grethe margaretha margrethe gosia malgosia margita marketa mairead maisie margie mags margarida daisy meta margaritka gita grete margosia mared marged manci marga marghe
marjorie marjory margery marge margie madge
megan meg meghan meagan megs
maria mary marie mariya masha marija marika miriam maryam mariam molly mari mariia marya marusya marusia mashenka mashka maryia marysia mimi mollie polly mamie moira maire mairi mhairi maritza marita maruja marica maricica marioara maritsa marietta mariette mariska ria meryem meriem myriam miryam mirjam marja marieke marijke mieke moll maja minnie marijka mariyka mair mioara mariuca marichka
moira moyra maire maura
marianna marianne mariana maryann maryanne marijana marjana marianka mariann mariane mari
mark marc marco marko marek markus marcus markos marcos marks marku marcu marquinhos
marcel marcello marcelo marceli
marcela marcella marcelle marcelina marcy
martin marton martino martti marcin marty martijn morten martinho martynas marcinek martyn mairtin martim marti maarten marten
martina tina martyna martine marti
martha marta marthe marty marfa
matthew matt mattias matthias matei matteo mateo mateusz mate matvey mateus mattie matty mathew mathias mathieu matthieu matias matej matija mato matyas matis matas matviy matvii mats mads thijs matthijs matheus mat maciej maciek matti motya matus matko matvei matze hias
matilda tilly tilda mattie maud maude mathilde mathilda matylda tillie matty
maxim maksim max maksym massimo maxime maks maximo maxym maxi maksims maksik
maximilian max maxi maximiliano massimiliano maks miksa
maxwell max
michael mike mick mickey mihai mikhail misha michal michel miguel michele mihail mischa mihaly mykhailo mikael micky mikey mikkel mikko miki misko mihailo mihajlo mihalis michalis mihalache misu mihaita mihut michail mykolas mykhaylo mishka mihovil mijo misi miska michi maikel maykel micha miquel mikel miguelito mikayil mikail micheal mihael mic mihal mihajl miho mikhaylo mishanya migue
mitchell mitch mitchel
michelle michele shelly shelley mich chelle mishel michel
michaela mihaela michela michaella mikaela micaela miha michalina mihaella misha
mircea mirel
mirela mira mirella
miroslav mirek mirko miro slava myroslav miroslaw slavko mirce
miroslava mirka myroslava slavka mira miroslawa
mohammed mohamed muhammad mohammad mehmet mohamad muhamed mohd mahomet mamadou md mo muhammed mohamud muhamad mehmed mohammod muhammet muhamet moh moe mhd mohand magomed mukhammad muhammadu mohamadou memet mohamet mouhamed mahomed mhamed mohammud mohammadu mido hamada
mahmoud mahmud mehmood mahmood mahmut makhmud hamouda houda
natalia natalya natasha natalie nataliya nathalie nat nata natalija natali nataliia natacha natascha natalka tasha nataly natasa natka nathalia natallia talia nati
nathaniel nathan nat nate nathanael natan natanael nathen
nicholas nick nicky nicolas nicolae nikolai nikolay nikola niko nikos nikolaos klaus miklos mikolaj nico kolya mykola nicu nicusor niculae nikolaus nikolaj nickolas nikolas claus nils klaas mikulas kolka kolyan nik nikica niklas mikalai nicolo nicola niccolo nicolau nikolche miki nikolajs nikoll nikolla miska colas niculai kole nikolaas niku mikola nicolaas niki
nicole nicola nikki nicky nicoleta nicolette nikol nikoleta nikolina nicolina nikoletta niki nicoletta nicki nicol nika nico leta
olga olya olha olia volha olguta olenka olechka
oleg oleh olezhka aleh
oliver olly oliviero olivier ollie oli oliwer
olivia liv ollie livvy oliwia olive livi
oksana oxana xenia ksenia kseniya ksyusha ksenija kseniia aksana xeniya oksanka ksenya
patricia pat patty trish tricia patrycja patti patsy trisha tish patrizia patrice patricija paty pati
patrick pat paddy patricio patryk patrik patric padraig padraic patrizio podge
paul pavel pablo paolo pawel pal pavlos pavlo paulo pavol pavle pali pauls paulius pasha pavlik pavao pavo paavo paulus pau poul povilas paulie pavlusha pablito pol paulinho
paula paola paulette polly pola pavla
pauline paulina polina polya pola paulene
peter pete piotr pedro pietro pierre pyotr petr petru petros petar peti petro pieter petya petia petko petre petrica petrisor pero perica petras petri pekka peder petrus petrut petyo piotrek pjeter peeter boutros butros bedros piero peadar pedrito perico pit piet petrik petja pesho pepi piotrus pedrinho
petra petrina petronela
philip phil filip philippe felipe filippo fulop phillip pip philipp filippos flip filipp fil felip pippo
philippa pippa pip phil filippa
rachel rae raquel rahela rach rachael rahel rakel raechel
raymond ray raimundo raymund raimond rajmund raimondo raimonds mundo mundinho
rebecca becky becca rebeka rivka rebeca rebekah bex becs rebekka reba beckie reveka
richard rick dick rich ricky ricardo ryszard riccardo richie ritchie rickie dickie rikard rysiek richi rico ricard dicky rihards rik ric ricki cardo
robert bob bobby rob robbie bert roberto robi robb rab rabbie beto berto robby robik robertas roberts robbo bobbie bobbi betinho
roberta bobbie robbie bertie bobbi
robin rob robbie bobby
robyn robin robbie
roman romka romek romain roma romanas
ronald ron ronnie ronaldo ronny roni
veronica veronika ronnie vera vero nika veronique roni verka verunka weronika ronni nica
samuel sam sammy samuil samuele samu samko sammie
samantha sam sammy sammie samanta
sergei sergey serge sergiu sergio serhiy seryozha sergii serhii serhij seryoga siarhei sergij sergo sergej sergiy sergejs seriozha serega serioja serezha
simon simeon szymon semyon shimon simao semen sime simonas szymek simion si sima symon symeon simo semion
simone simona simonetta simi
sofia sophia sophie zofia sofiya sofya sofie zosia sonja sonia sonya sofiia sophy sofija zsofia zsofi soph sofi sofka sonechka
stanislav stan stanislaw slava stas staszek stach stasiu stasio stanko stano stane stasik stanislaus estanislao stanislas stasys stanislavs slavi
stanislava stanislawa stasia slavka stanka stasya
stanley stan stanly
stephen steven steve stefan esteban etienne stefano istvan stepan stephan szczepan stevan stefanos steffen stephane styopa steph stevie stevo stipe stjepan stipan stef stefcho stefko fane fanel fanica pista pisti isti esteve steffan stefek estevao staffan stevica ste stepko stefanel stepa stefi
stephanie stefania stefanie steffi steph stef stefi estefania stefani stephania stefka fani stephany steffie stefanija stefaniya stefaniia stefa stevie
susan sue suzy susanna zuzanna zsuzsanna suzanne susie susannah suzie zuzana susana shoshana suzana zuza zsuzsa zsuzsi zuzia zuzka suzette susanne sanne suzan susi susy
svetlana sveta lana svitlana svetka svetla swetlana sviatlana svetik
tatiana tanya tatyana tania tetiana tanja tatjana tetyana tanyusha tanechka tata tatsiana tianna tatijana
theodore ted teddy theo fyodor fedor todor teodor teo feodor fedya fedir theodoros thodoris tivadar tosho theodor tudor fjodor fedko toshko teodors todi doris
theodora dora teodora thea todorka fedora theda tedi
dorothy dot dottie dotty dorothea dorota dolly dora dorotea dodie thea dorottya dori doroteya dorrie dory
doris dorrie dot
theresa terry tess teresa tereza terri teri tessa therese teresita tere terez tereska terka terezia tessie terezie terrie terezija terike resi resl
tracy tracey traci tracie trace
terence terry terrence terrance tel tez terri
thomas tom tommy tomas tomasz tommaso toma tamas tommie thom tam tomek tomi tomos tomaz foma tomica toms tuomas tomo tomaso tamasi tomko tommo tome
timothy tim timmy timofey timoteo timotei timofei timothee tymofiy tymofii tima timosha tymoteusz timo timotej
valentin valentyn valya val valentino walenty vali valik balint valentinas
valentina valya val valentyna tina vali walentyna valyusha valia valja vale
valery valeriy valerii valeriu valera valerij valeri valerio walery valerijs
valerie val valeria valeriya valeriia lera valerija lerka leria
vasile vasily vasiliy vasili basil vasyl vasilis bazil laszlo vasya vasil vassilis vasileios vasilios basilio bazyli vasea sile silica vasilica vasylko vasilij vassili wasyl vasko vasilii vaso vasia lica
vasilica vasilka vasiliki vaso vasylyna vasilina
vera verka verochka vira wiera verica viera verusha
victor viktor vic vittorio vik vitya wiktor viktoras viktors vitek vitor victorio vitia viktorio
victoria vicky viktoria vika tori vicki vickie viktoriya viktorija wiktoria vikki vittoria vitoria viktoriia viki toria vic vicka vita
vladimir volodymyr vova vlad vladimiro wlodzimierz volodya vovka volodia uladzimir vlado wladimir wlodek vladko volodymir vovan voldemar vovchik volodimir vladi
vladislav vlad vladyslav wladyslaw ladislav slava laszlo laci ladislaus laco vladik wladek ladislau ladislao lacika vladko vladyk lado
walter walt wally wat wouter valter gauthier gualtiero gualterio wal valters
william bill billy will willy liam wilhelm guillaume guillermo vilmos guglielmo willem wil wills willie guillem vilem vilhelm vili wim pim gwilym guilherme guille memo viliam vilim vilius vilis bily billie willi
wilhelmina wilma mina minnie willa vilma billie wilhelmine helma guillermina willemina
vincent vince vincenzo vicente vin vinny vinnie vincenc vinko vincas enzo cente vincente wincenty chente vincentas
zachary zach zack zacharias zac zak zachariah zakary zakaria zechariah zacarias zaharia zahari zackary zakhar zakariya zekeriya zakariyya zacharie zaharie
"""
_ENGLISH: Final = """
aaron aron ron arron haroun
abigail abby abbie abi gail abbey abigayle
abraham abe bram avraham avi
adam ad adamo adas adi adamek adem adamko
adele adela adelina adel ada adelia dela
adelaide addie ada heidi adelheid adalheid
adrian ade adriano adi adrien hadrian adrijan adryan adriaan ad adrianus
adriana adrienne adriane adrianna adri adrijana ada
agatha aggie agata agota agathe
agnes aggie agnieszka agi agnese aga agneta ines inez nesta agnesa agnessa agneska neza agnija nessa
aidan aiden aydan aodhan aidyn
alan allan allen alun al allyn alain
albert bert al bertie alberto albrecht berti albertas adalbert albertino
alice ali alyce alisa alicia alisha aly lici alys ailis allie ally alli
alison allison alyson ali allie ally alisson
amanda mandy manda mandie amandine mandi
amelia millie amalia amelie milly amalie emelie amalija
amy aimee ami amie
angela angie ange angelica angelika angelina angelique gela andzelika anja anzhela anzhelika anzela angele
angelo angel ange angelos anghel gelu
angus gus aonghus innes
annabella annabel bella
annemarie annamaria anamaria annmarie
april avril apryl
archibald archie baldie arch archy
ariel arielle ari
arnold arnie arne arnaldo arno arnaud arnau
arthur art artie arturo artur arthuro artus artek turek
ashley ash ashleigh ashlee ashlie ashly
audrey aud audra audrie
augustus gus augustine augustin agustin august gustus augusto tino agostino augustyn
aurora aurore
bartholomew bart barth bartolomeo bartosz bartek bartlomiej bartolome bertalan bartal
beatrice bea beatrix beatriz trixie bee beatrise bia beatrisa beata tris beatka betti
belinda bel lindy linda bindy
bernice bernie berenice bunny
bertha berta bertie
beverley beverly bev
blair blaire
bradley brad bradly
brandon brendon brand brandan
brenda bren brendie
brendan bren breandan
brian bryan bri brien briant
bridget biddy bridie bridgette brigid brigit birgit brigitte brigitta brighid bride brigita brita gitta brid gita breda birgitta gitti gitte biggi
bruce brucie
caleb cal kaleb
callum calum cal kallum
calvin cal kalvin
cameron cam kameron camron
camilla millie milla camille camila kamila cami mila cammie kamilla
camillo camil kamil camilo kamilek
candice candy candace candis
caroline carolyn carrie carol caro lyn carolina carole karoline karolina carolin caz carolynn lina line linka karola karolin cari karo
carol carole carola karol carolann
carmen carmela carmel carmelita mela carmencita carmella menchu carmina
carmelo carmine melo
cassandra cassie sandra cass kassandra casandra sandy
cecilia cecily cissy celia cece sheila cecile cecylia cilla cicely cile cila cecilie cesia cissie sile
cedric ced rick
chelsea chels chelsey chelsie
cheryl cherie sherry sheryl cher cherrie cheryle cherryl
chloe cloe khloe klo kloe kloey
clara claire clare clair klara chiara klari clarita clarrie klarika clarinha
clarence clarry clare
clarissa clarice clary rissa
claude claudio claudius claudiu klaudio klaudijus
claudia claudette klaudia claudie klavdia klavdiya klava claudine klau
clement clem clemens clemente kliment klemens kelemen klement
clementina clementine clem clemmie klementina tina
clifford cliff clif
clinton clint
clive cliv
colin col collin cole colyn
colleen coleen collene
conor connor con conner conn conchobar konnor
cordelia delia cordy
cornelius corneliu neil cornel con kees cornelis kornel cornelio nelu korneliusz
cornelia nelly cornelie corrie nel kornelia neli
courtney courtenay court kourtney
craig kraig
curtis curt kurtis kurt
cynthia cindy cinthia cyndi sindy cintia
cyril kiril kirill cyrille cirilo kyrylo kiro kirilo cyryl kirilis
daphne daph dafni
darren daz darran darryn darrin
daryl darrel darryl darrell
dawn dawne
dean deane dino
deirdre dee deidre deirdra didi deedra
derek derrick rick deryck derick dirk
desmond des dez desi
desiree des desi dezi dezire
dolores lola lolita delores loli dolly doloris
doreen dor dorine dory
douglas doug dougie duggie douglass
duncan dunc donnchadh
dwayne duane dwain wayne
dylan dyl dillon dilan
edith edie ede edita edyta dita edit edi
eileen aileen ilene eilene eibhlin ailene
elijah lije
ellis elis
elliot eliot elliott eliott eli
elmer elmo
elvira vira elvi elwira
eric erik erich erick rick ricky erico eryk eirik ric aric eriks
erica erika ricki rika ericka eryka
erin eryn aerin
esther hester essie hettie ester eszter hadassah estera eti esterka etty
ethel eth
eva eve evie ewa evita ava yeva eeva evi ewka evica yevka ieva eefje evike
evelyn eve evie lyn evelina eveline ewelina evelin evelien
fabian fabio fabien fab fabiano fabijan
faith fay fae
fay faye fae
felicity fliss flick felicia felicja felice flis felisa fee
felix feliks felice feliu
ferdinand ferdie fernando nando ferdy ferdi nandi hernando hernan fernand fernan ferran ferdinando
fergus fergie gus feargus ferghus
fiona fi fee fionna
fionnuala finola nuala fenella
fletcher fletch
frieda freda frida
gail gayle gale
gavin gav gavan gawain
gaynor gay gaynore
gemma jemma gem jem
genevieve gen genny viv jenny ginette genoveva genowefa gena ginny
geoffrey jeffrey geoff jeff jeffery godfrey geff jeffry geoffroy jef
gertrude trudy gertie trude gertrud trudi gertruda gerti truus
gillian gill jill gilly jillian jilly gilian
gina jina
giles gil gyles gilles egidio
gladys glad gwladys glady
glen glenn glyn glynn
gloria glo glory
gordon gordy gordie gord
grace gracie graca gracia graciela grazia gratiela chela graciella graziella
graham graeme grahame gray grayham
guy guido
gwendolyn gwen gwenda gwendoline wendy gwenny gwyneth gwendolen
gwyneth gwen gwenyth gyneth winnie
hayley hailey haley hayleigh hailee haylee
hazel haze
heather heth
heidi haidi heide
hilary hillary hil hilly
holly hollie holl
horace horatio horatiu horia
howard howie ward
hubert hugh bert hubie uberto huub
humphrey humph onofre
ida idina
imogen immy imogene immie immo
ingrid inge inga inger
irvin irving irv irvine erwin ervin
isla islay
ivor iver ifor
ivy ivie
jackson jack jax
jacqueline jackie jacqui jacquelyn jacky jaqueline jacquie jaquelin jaki jacki
jade jayde
jason jay jase jayson
jasmine jas jaz jasmin yasmin yasmine yasemin jazmin jasmina yasmina yasmeen jazz
jay jae
jeremiah jerry jeremy jem jez jeremias jeremia yirmiyahu ieremia
jeremy jez jem jerry jeremie
jermaine germaine germain
jerome jerry gerome hieronymus jeronimo hieronim girolamo ieronim
jesse jess jessie jessy
joel yoel
jocelyn joss joselyn joslyn jocelyne lyn
jodie jody jodi jo
jordan jordy jord jourdan iordan yordan yordanos dancho dani
jordana yordanka iordana dani
joy joyce joi
joyce joy joycelyn
judith judy judi jude judit edit jutka giuditta iudita judyta yudit hudit judita juci
june junie
justin jus giustino iustin justus justyn justino just
justine justina justyna iustina ustina giustina
kay kaye
keira kiera ciara kiara kira keera kyra
keith keef
kelly kelley kellie kel
kelvin kel kelv
kevin kev caoimhin kevyn
kieran ciaran keiran kieron kyran cieran keeran
kimberly kim kimberley kimmy kimberlee kym
kristy kirsty christy christie kristie kristi
kyle kile kyel
lana alana alanna allana
laura laurie lora lauren laure lori lolly lauretta laurita loretta laurette laurenza lavra
lauren laurie loren lorren lauryn ren
lee leigh lea
leah lea leia lia
lesley leslie les lezlie
leroy roy elroy
levi levy
lillian lily lilly lil lilian lili liliana lila lilia lilla lillie lilija lilianna liliya liliia lilya lilika
linda lyn lindy lynda lynne lynn linde linduska
lindsay lindsey linsey lyndsey linzi lynsey linds lyndsay
lionel leo leonel len lionello
lloyd loyd floyd
lois loise lo
lorraine lorrie laraine lori lorrain rainey
lorna lornah
lucille lucile lu lucy lucilla
lucinda lucy cindy lindy
lydia lidia liddy lida lidiya lidka lidija lidiia lyda lidusia
mabel mab mabs amabel
mackenzie mac kenzie
madison maddie maddy madisyn
malcolm malc mal colm malkolm calum
marilyn lyn marylin merilyn marylyn mari
marion marian maz marianne
marsha marcia marcie marcy
marshall marsh marshal
marvin marv merv mervin mervyn
maureen mo maurine moreen maura
maurice morris maury moritz mauricio maurizio maurits moris moric mauro moss mo muiris
maya maia maja mya
melanie mel melany melania melly melani melaniya
melissa mel lissa missy melisa lisa melisha
melinda mel lindy mindy melynda
melvin mel melvyn
mercedes mercy merche sadie merce meche
meredith merry merediz
mildred millie milly
millicent millie milly melisande
miles myles milo
miranda randy mandy mirandah
monica monika mona moni monique moniqua
morgan morgane mo
muriel mu muireall
myra mira mayra
nadine nadia nadina
naomi nomi noemi noemie nimi
neil neal niall neill nial nels
nelson nels nel
nevil neville nev
niamh neve nieve niav neeve
nigel nige nidge
noel nollaig
noelle noella noele
nora norah honora honor nonie norita
norman norm
octavia tavy octavie oktavia
octavian tavi ottavio octavio octav tavian octave oktavian tavy
olwen olwyn
orla orlagh orlaith
oscar oskar ossie oszkar ozzy
osborne ozzie
oswald ozzie ossie oswaldo osvaldo oz waldo
otto oton ottone ota
paige page
pamela pam pammy pamella
pandora dora
pascal pasquale pascual pascoe pasqual paschal
patience pat patty
pearl perle
penelope penny pen pennie pinelopi poppy
percival percy perce
perry peregrine
phoebe phebe pheebs febe
phyllis phil phyl philis
piers pierce pearce pers
polly paulina
poppy pops
primrose rose prim
priscilla cilla pris prissy priscila prisca
prudence pru prue prudy
quentin quinn quint quinton quintin
ralph rafe raff ralf rolf raoul
ramona mona ramonda
randolph randy randall rand dolph randal
raphael rafe rafael raf rafal raffaele rafa raffi rafo rafail rephael raffaello lello
raphaela rafaela raffaella rafa
reginald reg reggie rex reinaldo reynaldo reinhold rinaldo reynold naldo
reuben ruben rube rubin ruvim
rhiannon rhi rhian rianon riannon
rhoda ro
rhys reece rees reese rhyse ris
roderick rod rory rodrigo roddy rick rodric ruairi rodders
rodney rod roddy
roger rodge ruggero rogelio rogerio rutger rodger hodge rudiger
roland rollo rolland rolando roly orlando rowland lando roldan rolan
rory ruairi ruaridh ruari rorie ruairidh
rosalind ros rosalyn roz rosie rosaline rosalinda rosalynd linda
rosamund ros rosamond roz rosie
rose rosie rosa roza rosita rosy ruza rozsa rozalia rosalia rosalie rozi ruzena ruzica rosina rosetta rosella roisin rosi ros
rosemary rosie rosemarie romy rose rosmarie rosamaria rosy rosmary romi ro
roxanne roxana roxy roxane roksana roxie roxanna roxi
ruxandra roxandra ruxi
rudolf rudi rudy rudolph rolf rodolfo dolf rodolphe rudolfs fito rudo dolph
rufus rufe rufo
rupert rup ruprecht ruperto
russell russ rusty russel rus
ruth ruthie rut ruta
ryan rian rhyan ryann
sabrina brina sabri
sarah sara sally sadie sal sari zara sarra sarai sairah sarka saro
sally sal sallie
sebastian seb bastian sebastien seba bas sebastiano bastien basti sebi sebestyen baz chano wastl
selina selena celina salina celine selene lina
serena rena sirena
shane shayne shaine
shannon shan shanon
sharon shaz shari sharron sharyn
sheila shelagh sheela shiela sile shila
shirley shirl shirlee shirly
sian shan sianed
sidney sid sydney syd sydnie
siobhan shevaun chevonne shivaun siobahn shavon shevon
sinead shinead
silvester sylvester sly syl silvestre vester szilveszter
silvia sylvia sylvie silvi silva szilvia sylwia silvie silvija siv
silviu silvio silvian sylvio
solomon sol solly suleiman salomon sulayman soliman sulaiman suleyman sulejman sleiman salamon shlomo salomao sulaymon suleman suliman souleymane
spencer spence
stacey stacy stacie staci
stella estelle estella estela stelle stela
stelian stelica stel
stuart stewart stu stew stuey
sybil cybil sibyl sib sybilla sibylla
tabitha tabby tab
tamara tammy tam toma tamar mara tamari tamarochka tami tamra
tamsin tam tammy tamsyn tamzin
taylor tay tayler
thelma thel
tiffany tiff tiffani tiffanie tif
toby tobias tobie tobi tobiasz
travis trav
trevor trev trefor
tristan tris tristram trystan
tyler ty
tyrone ty tyron
una oonagh ona
ursula urs ulla orsolya ursel orsi urszula ula uschi ursa orsolia
vanessa nessa ness nessie vanesa wanesa
vaughan vaughn
vernon vern verne
violet vi violeta violetta letty viola violette veta wioletta ibolya vili
virgil virge virgiliu virgilio gil
virginia ginny ginger gina jinny virginie virdginia virginija
vivian viv vivien vivienne viviane bibiana viviana viva
warren warrie
wayne wain
wendy wend
wesley wes wesly
wilfred wilf fred will wilfrid wilfried wilfredo
winifred winnie freddie win winfred gwenfrewi
winston win winnie
yolanda yola iolanda jolanda jolanta yolande lola iola jola yoli jolan
yvette evette ivette iveta ivetta yve
yvonne evonne evie vonnie ivone ivonne ywonne iwona ivona yvon ivonka
zoe zoey zoie zoi zoya zoja
danny danni dannie dany dani
herman hermann german
hennie henny
ernie erny
gil gill
gui guy
ilse ilze
jo joe
kieran kiran
nati naty
obi oby
ozzie ozzy
raf raff
rene renee
ronnie ronny ronni roni
sayed said sayeed sayid
valdemar waldemar voldemar woldemar
valerie valery
xiaoming ming
neal nel
montgomery monty
"""
"""With the names of other western languages that are spelt near them; what the ear takes for one name is one family."""
_EASTERN_EUROPE: Final = """
aleksei alexei alexey aleksey alyosha lyosha alexi oleksiy oleksii oleksij aleksej alioscha alyoshka lyokha alexej aliaksei lesha lyoshka aleksi alex aleks alesha leha oleksa
alexis alexia alexi lex
albina alla
alina alinka ala alya alyna
alla ala alya
anastasia nastya anastasiya nastia anastasija nastusya stasya anastazja asya nastka tasia nastasia anastasiia nastasya stacey anastazia anastassia stasia natasa natassa
anatoly anatol tolya anatoliy anatolii anatolij tolik tolia anatolie anatolijs
angelina gelya lina angela anzhelina
antonina tonya nina antonida
arkady arkadiy arkasha arkadii arkadi arkadiusz arek
arina arisha rina aryna
artem artyom artemy tyoma tema artiom artemiy artemis artemii
boris borya borka borys borislav borko borja
borislav borko boro borys bobi
bozena bozenka bozka
dragan draga dragi drago
dragana gaga draga
daria darya dasha darja dariya dariia darina dariusya daryna dashka dashenka
dariusz darek dario darius
dragomir drago miro
dusan dusko dule dushan
dusanka duska
evgen zhenya
faina fanya
fatmir miri
felicia felka
galina galya halyna galia halina galja galka halka halyne halia
grazyna grazynka
gleb hlib
hristina itka
innokenty kesha
inna ina
ivaylo ivo ivailo
ivo ivan iwo
jadwiga jadzia hedwig hedvig
jaroslav jarek jaroslaw yaroslav slava slavik yarik jaro yaroslaw iaroslav yarko jarda
jaroslava yaroslava slavka jarka
kazimierz kazik kazimir casimir kazimieras kaz
kinga kunegunda kunigunda
kirill kiril kyrylo cyril kirya kiryl kirilo kir
krasimir krasi krassimir
krasimira krasi krassimira
lyubov lyuba liubov luba lubov liuba lyubava lubka ljubov
ljubica ljuba ljubinka
ljubomir ljubo lubomir lyubomir lubos lubo liubomyr lyubo
lyubomira lyuba
malwina malvina
makar makary makariy
marina marinka maryna marinela marinella marynka marinochka
marin marino marinko marinel
marian mariano marijan marjan
marius mario mariusz mariuszek
mario mariuccio
mieczyslaw mietek
milan milanko mile milen
milana mila milanka
milena mila milenka
milica mica mila
milos milosz milosh mile
momchil momo
nadia nadezhda nadya nadiya nadja nadejda nadine nade nadka nadiia nada nadezda nadyusha nadzieja
neli nelly nela nelya nelia
nenad neno neso
nina ninochka ninka ninel
nikita nik nikitka mykyta mikita
oxana ksana
pelageya polya
plamen pacho
predrag pedja peda
raisa raya rayisa raia
radoslav radek radoslaw rado radi
radovan rade rado
radu raducu raducanu rado
rosen rosko
rosica rositsa rosi ruzica
rostislav rostyslav rostik slava rostic
ruslan rusik rus
ruslana rusya lana
rustam rustem rustik
sabina sabine savina sabin
savva sava savo
snezhana snezana snejana sneza snezhi
sorin sorinel
slobodan boban sloba
stoyan stoian stojan
svyatoslav sviatoslav slava sviatoslaw svetoslav
taras tarasik
timur tima temur
tomislav tomo toma
ulyana uliana ulya ulia juljana
vadim vadym vadik wadim vadimas
vasilisa vasya vasilissa
vitaly vitaliy vitalii vitalik vitalie vitali vitalij vitalijs vitya vitalis
vitalia vitalina
vojislav voja
vojtech wojciech wojtek voytek vojta wojtas adalbert bela wojciek woytek
vsevolod seva vsevolods
vyacheslav slava viacheslav vjaceslav slavik vyacheslaw viaceslav veaceslav slavka vaceslav
yevdokia dusya evdokia eudokia yevdokiya evdokiya
zdenek zdenko
zbigniew zbyszek zbynek zbigi zbych
zdzislaw zdzich zdzisiek
zinaida zina zinayida
zlata zlatka
zoltan zoli zolika zolti
zoran zoki
zorica zora zorka
zhivko jivko zivko
zygmunt sigmund sigismund zsigmond zygi siegmund zigmund sigi zsiga
zenon zen
henryka henia
agron goni
altin tini
arben ben beni arbnor arbenit
ardian adi
artan tani
besnik niku
blerim rimi
dritan tani
driton toni
edmond mondi
fatos tosi
gezim zim
gentian genti
ilir liri
kujtim kujti
liridon doni
mimoza moza
pellumb lumi bumi
shpresa presa
valbona bona
algirdas algis
aurelija aurela aurelia aurelie aurica rela reli
aurelian aurel relu aureliu aurelio aurelijus
danute danuta danka danusia
gediminas gedas
gintaras gintas ginta
inga ingunn
jurgita jurga
kestutis kestas
mindaugas mindas
rimantas rimas
rokas roch rocco roque
valdas valdemar waldemar woldemar
vytautas vytas vytenis witold
arturs arthur
guntis guntars
valdis voldemars
adelina ada lina
adina adi
aurica rica
bianca biancha bianka blanka blanca blanche
camelia cami camelie kamelia
cezar cesar cesare cezary caesar chechu
ciprian cipi chip cyprian cipriano
corina cora corinna corinne korina korinna
cosmin cosma kosmas cosmo cosimo
cristinel cristi
damian damien damiano damyan demyan demian damjan damianos
dorin doru dorinel
dorina dora dori
doru dorin teodor tudor
dumitra mitra dumitrita
emanuel manuel manolo manu emmanuel manny mano emanuil manolis emmanouil immanuel emanuele manel imanol manoel manolito lolo manuil nelu manole emmanuil manek mani mane manos
emanuela manuela manuella emmanuelle manu ela manoli
eusebiu sebi
gabita gabi
geanina jeanina janina gianina
ionela ionica nela
liviu livio
loredana lori dana
lacramioara lacri mioara
lucian luci lucien luciano lutian lucjan lukyan
luminita lumi
madalin mada
marilena mari lena
narcisa narci
neculai nicolae nicu nae niculae nicusor
nelu ioan nicolae cornel
ovidiu ovi ovidio
paraschiva paraskeva vivi paraskevi voula evi praskovya parascheva pasha petka
petronela petra nela petronella petronila
raluca ralu
rodica rodi
sanda alexandra sandra
sandel alexandru
smaranda smara
stefanita stefan
titus titi tito tit
tiberiu tibi tibor tiberius tiberio
viorel vio viore relu
viorica vio viorika
vladut vlad
attila ati atti
andor bandi
balazs blaise blasius blas biagio blazej vlas vlaho bras
bence vincent
dezso desiderius desiderio
gyongyi gyongyver
ildiko ildi
imre emeric emerich imi imrich amerigo imrus
kalman koloman kalmi
levente levi
lorand lori
nandor ferdinand nandi
rezso rudolf
szabolcs szabi
szilard szili
tunde tundi
beata betka
boguslaw bogus bob
boguslawa bogusia
boleslaw bolek boleslav
bronislaw bronek bronius bronislav bronya
bronislawa bronia bronya
czeslaw czesiek czesio
czeslawa czesia
gustaw gustav gustavo gucio gus gustaf gusti gustave
ignacy ignacio nacho ignaz ignac ignazio ignatius inigo nacio ignat ignas ihnat ignatiy iggy natxo
ireneusz irek irenej irinel
izydor isidoro isidor isidore isidro chidro izidor
janina nina janka
konrad konradek conrad kurt koni conny korrado corrado
leokadia leocadia
leszek lech
marzena marzenka
przemyslaw przemek premysl przemko
rafal rafael rafalek raphael
slawomir slawek slavomir slavko
tadeusz tadek tadas thaddeus tadeo tadeas thad tad tadej
waclaw vaclav vasek vaclavek wenzel wenceslas venceslav vacek venca
wieslaw wiesiek
wieslawa wieska
alois alojz luis aloysius lojza lojze alojzy aloys
bohumil bohous bogumil bohus
bohuslav bohus
dalibor dalo libor
drahomira draha mira
hynek ignac
jarmila jarka
jaromir jarda jarek jaro jaromil
jitka judita
kveta kvetoslava kvetka
miloslav mila milos
oldrich olda ulrich oldo uli ulrik
ondrej ondra
otakar ota otokar ottokar
pavlina pavla
renata rena renate reni renee renatka renia
rene renatus renato
vlastimil vlasta
zdena zdenka
branislav brana branko
branko brane branimir
cedomir ceda
dejan deki dejo
gordana goca
lazar laza lazarus lazare lazaros lazaro
ljiljana ljilja
milivoj mile
milorad mile
mladen mladjo
nebojsa nebo
ognjen ogi
radmila rada
slavica slavka
srdjan srdan srdja
tihomir tiho
velimir velja
zeljko zeljo zheljko
blagoy blagoi blagoj
bozhidar bozidar bozo bobi
lachezar lucho
rumyana rumiana
tsvetan tsvetko cvetan
tsvetelina tsveti
veselin vesko vesselin
veselina vesi
anastasios tasos anastas tasoulis anastase nastas
athanasios thanasis thanos nasos athanase afanasiy atanas nasko tanas athanasius nasi sakis
apostolos tolis lakis apostol
argyris argyrios
aristotelis telis aristotle aris ari
charalampos babis haralambos charalambos haris lambis haralampi haralambie
charilaos haris
despina depy despoina
dionysis dionysios denis
eleftherios lefteris
eleftheria ria
evangelia eva litsa vangelio lia evangeline
evangelos vangelis vagelis evan evaggelos
efstathios stathis eustathios stathes
efstratios stratos stratis
efthymios thimios makis efthimios evtim eftim euthymius
gerasimos makis
iason jason
kalliopi popi kalli
kyriakos kiriakos
kyriaki kiki
lambros lampros
panagiotis takis panos panayiotis panayotis panayotes notis panagis yiotis
panagiota giota yota panayiota nota toula
pantelis pantelei panteleimon
pericles periklis
savvas sabbas sava
sotirios sotiris sotir
sotiria ria
spyridon spyros spiros spiro spiridon
stamatis stamatios
stavros stauros
stavroula voula roula
stylianos stelios stilianos stelian
styliani stella stela
themistoklis themis
theofilos teofil theophilos
vassiliki vaso vasiliki vasilki
xenophon xenofon
ayse aisha aishe
gulsen gulshan
iskender iskandar
mehmet memo memed mehmed memis
murat murad mourad
mustafa musti mustafo
necmettin necmi
nilufer nilofar niloufar nilu
nurettin nuri
ramazan ramadan ramzan ramadhan ramazon ramadani ramo
recep rajab ragab rexhep
selahattin saladin
seyfettin seyfi
sukru shukri
suleyman sulo
sevket shawkat
zeliha zuleikha zuleyha
desislava desi dessy
silviya silvi
asen aseto
nikolett niki
angeliki kiki
shpetim timi
majlinda linda
"""
"""From the Baltic to the Aegean, with Albania and Turkey."""
_WESTERN_EUROPE: Final = """
adolfo fito dolfo adolf adolph adi
agustina tina
alberto beto berto tito
alfonso poncho alonso alfons fonso alphonse alfonse
alicia licha ali
angel angelito gelo acho
angeles angelines
armando mando armand
araceli cheli
aracely araceli
asuncion asun
beatriz bety betty
bartolome barto
benito beni nito benedict benedetto benedikt benoit benedek bento benedicto benedykt
bonifacio boni
carlota lota
catalina cata lina
cayetano tano gaetano kajetan nino
celestino tino
celestina tina
concepcion concha conchita chita conchi concetta cettina
consuelo chelo
delfina fina
domingo mingo chomin
encarnacion encarna
esperanza espe
eulalia lala olalla lalia
eusebio chebo
feliciano chano
felipe pipe
fernanda fer nanda
fernando fer nando
gertrudis tula
gilberto beto
gonzalo chalo gonza goncalo
guadalupe lupe lupita pita lupilla
gustavo tavo
heriberto beto herbert bert herb herbie
hilario layo
humberto beto umberto
ignacia nacha
inmaculada inma macu
isidro chilo
javier javi xavier saverio xavi xabier javito zavier xaver ksawery
jesus chuy chus chucho jesusito
jesusa chusa
jorge coque
leticia lety laetitia letizia titia leti letty
lorena lore
lourdes lulu
lucrecia lucha
luz lucha luzma
macarena maca
mauricio mau
milagros mila milagritos
montserrat montse
narciso chicho
natividad nati
norberto beto norbert bert
pilar pili piluca
rafael rafa falo
refugio cuca cuco
rigoberto beto rigo
rogelio roge
rosario charo chayo sarito charito
salvador chava salva salvatore chavo turi sal toto salvo
sergio checo
socorro coco
soledad sole chole
trinidad trini
valeria vale
wilfredo fredo
xiomara xio
ximena jimena xime
yesenia yessi jesenia
adalberto beto
afonso fonsinho affonso
aparecida cida
claudia cacau
conceicao sao ceicao ceica
eduarda duda
eduardo dudu
fatima fa
francisca chica
guilherme gui
gustavo guga
helena leninha
henrique rick
isadora isa
joaquim joaquin quim quincas quino joachim xaquin achim yoakim akim chimo gioacchino jochem
joaquina quina
jose ze zeca
leandro leo leander
luciana lu luciane lucianna
regina gina rena reina
rodrigo digo
sebastiao tiao
severino biu
terezinha teresinha
vinicius vini
alessio alessi
calogero lillo
domenico mimmo
elisabetta betta
ettore hector tito
fabrizio fabri fabrice fabricio
filomena mena
gennaro jenaro
giacomo mino
giuseppe pippo
ilaria hilaria
immacolata imma
leonardo nardo
nunzia annunziata
pasquale lino
rosaria sara
teresa resi renia
vincenzo cenzo
vito guido
didier desiderius
frederique fred
gerard gege
michel michou
pierre pierrot
remi remy remigiusz remigio
sylvain silvan silvano silvanus
thierry dietrich theodoric diederik dirk derek
yves ivo
anneliese annelise liese lisl
dieter dietrich dietmar
elfriede friedel
gisela gisella gisele giselle
guenther gunter gunther guenter gunnar
hannelore hanne lore
helmut hellmuth
hildegard hilde hilda
irmgard irma irmi
jochen joachim
karlheinz karl heinz
kaspar caspar casper jasper gaspar kacper kasper gaspard
leopold leo poldi leopoldo
liselotte lotte lilo
lutz ludwig
manfred manni fred
rainer reiner rainier
reinhard reinhold
ruediger rudiger
siegfried sigi
thorsten torsten
traudl gertraud gertrude
ulrich uli ulli utz
ulrike uli ulli ulrika rike
waltraud traudl
wolfgang wolf wolfi
aart arend
evert everett everard
gijsbert gijs gijsbrecht
hendrika henny rika
hubertus hubert bert huib
jacoba coba
koenraad koen coen coenraad konrad
sander alexander
theodorus theo
wilhelmus wim
aoife efa
declan dec
diarmuid dermot diarmaid diarmid
eithne enya ethna
fearghal fergal
fionn finn fin
gearoid gerard gerald
grainne grania
maeve maev meadhbh maive medb
oisin osheen
roisin rosheen rose
tadhg teague taig tighe
eilidh ailie
fraser frazer frasier
lachlan lachie loughlin
murdo murdoch
bronwen bronwyn
carys cerys
emrys ambrose
llewellyn llywelyn lyn llew
sioned janet
"""
"""With Latin America, Ireland, Scotland and Wales."""
_ARAB_AND_ASIAN: Final = """
abdullah abdallah abdulla abdoullah abdula abdoulaye abdullahi abdulahi abdulloh apo abdo abdo aboud
adnan adnane
adil adel adeel adill adile
afsana afshana
ahmad ahmed ahmet achmed akhmed akhmad amadou amadu ahamed ahmat achmad ahamad ahmo mido hamada
aisha ayesha aicha aishah aysha ayse aishatu aissatou esha ayisha aish
akbar akber
akram ekrem
ali aly alli alee aliyu aliu
amar ammar
amin ameen emin amine
amina aminah ameena aamina emine aminata emos
amir emir ameer aamir
amira ameera
anas anass enes
anwar anouar enver anvar
arif aref
asad assad asaad esad
asif asef aasif
asma asmaa esma asmah
atif atef
ayman aiman
ayub ayoub ayyub eyup ayoob
aziz azeez
aziza azeeza
badr bader
bashir basheer bachir besir
basma besma
bilal belal billal
bushra boushra
ehsan ihsan
fadel fadil fadhel
fadi fady
fahad fahd
faisal faysal feisal fayssal
farid fareed ferid
farida fareeda feride
farhan ferhan
faris fares fariss
farouk faruk farooq faruq farook
fatima fatimah fatma fatemeh fatoumata fatou fatimata fatema faatima fathima fatme fatos fato
fawzi fouzi fawzy fevzi
firas feras
gamal jamal djamel jamaal cemal djamal
ghulam gulam
habib habeeb
hadi hady
hafiz hafez hafeez
haidar haider hyder haydar hayder hydar
hamid hameed
hamad hamed
hamza hamzah hamsa
hana hanaa
hani hany
haris harith
haroon harun haroun aaron
hasan hassan hasson hassen haso
hashim hashem hachem
hatem hatim
heba hiba
hind hend
hisham hicham hesham
huda hoda houda
husam hussam houssam hossam
hussein husain hussain huseyin hosein hussien hossain hossein husayn hossen hussin houssein hosain hussen huseen huso
ibrahim abraham abe avram brahim ebrahim ibraheem ibrahima ibo ibrahem
idris idriss edris
ilham elham
iman eman imane
imad emad
imran emran
inas enas
intisar entisar
ismail ismael esmail ismaeel smail ismayil ishmael isma ismo
issa isa eissa essa
jabir jaber gaber djaber
jafar jaafar gaafar cafer jaffer jafer
jalal galal djalal celal
jamil jameel gamil djamil cemil
jamila jameela djamila gamila cemile
javed jawed jaweed javaid jawaid
jawad javad gawad
jihad gihad jehad
kamal kemal kamaal
karim kareem kerim krim
karima kareema kerima
khadija khadijah hadija khadidja hatice khadeeja kadija dija
khaled khalid halid khalead kaled kalid
khalil halil khaleel kalil halo
latifa latifah lateefa
layla leila leyla laila lailah leyli lejla
lubna loubna
luai luay louay loay
mahdi mehdi
mahir maher
majed majid maged majeed mecid
malik malek maleek
mansour mansoor mansur mansor
marwa marwah merve
marwan merwan marouane
maryam mariam meriem meryem maria miriam maryem mariama
masood masoud masud massoud mesut
mazen mazin
moaz muath mouaz maaz muadh
mona mouna muna
mounir munir monir muneer
moussa musa mousa moosa mussa moses moshe
mubarak mobarak moubarak
muhanad mohannad muhannad
mukhtar mokhtar muhtar
musab mosab
mustafa mostafa moustafa mustapha mostapha mustafe
nabil nabeel nebil
nabila nabeela
nadeem nadim nedim
nader nadir nadhir
naim naeem
najib nagib najeeb necip naguib
nasir nasser naser nacer naseer nassir
nasreen nasrin nesrin nasrine
nawal nawel
nayef naif
nazir nazeer
nidal nedal
nizar nezar
noor nur nour nuur
noura nora noora nourah nura
nuha noha
omar umar omer oumar umer omarr
osama usama oussama usamah ousama
othman osman uthman usman ousmane usmaan osmane uthmaan otman
qasim kassem qassem kasem kacem gasim kasim qasem kassim
rabia rabea rabiah
rafiq rafik rafeek rafic rafique
rahim raheem
rahma rahmah
rahman rehman rahmaan rahmane
ramzi ramzy remzi
rania ranya raniya
rashid rachid rasheed rashed reshid resit rached
rayan rayyan
reem rim rym
reza rida ridha riza raza redha
riad riyad riyadh ryad
rukhsana roksana ruksana
sabir saber
sadiq sadek sadik sadegh siddiq siddique sadeq
safa safaa
saif sayf seif
said saeed sayeed saied saiid saed sayed
saleem salim selim
salih saleh salleh
salma salmah selma
salman selman
sameer samir sameir
samira sameera
samiya samia samiah
sana sanaa
sayed sayyid syed sayyed seyed sayid
shadi chadi shady
shahid shaheed
shahzad shehzad
shakil shakeel
sharif sherif shareef cherif serif charif sharief
sheikh shaikh sheik shaykh cheikh cheick
soha suha
souad suad
suhail sohail suhayl souhail sohel
suheir soheir
sultan soltan
taher tahir tahar
tamer tamir
tariq tarek tarik tareq tarique tareek
tawfiq toufik tewfik taoufik tevfik tofik toufic tawfik
thamer thamir
wafa wafaa
wahid waheed
walid waleed oualid
waseem wasim ouassim wassim
wissam wesam wisam
yahya yahia yehia yihya
yaqoob yaqub yakub yacoub yaqoub yaacoub jacob yakoub
yaseen yasin yassin yassine yacine
yasir yasser yaser
younes yunus younis younus yunis yunes jonah jonas
yousra yusra
zaher zahir zaheer
zahra zehra zahraa zohra zara
zaid zayd zeid zayed
zainab zeinab zaynab zineb zeynep zainabu zenab zaineb
zakia zakiya
zaki zeki
zahid zaheed
ziad ziyad zyad
zubair zubayr zoubair zubeir
bin ben ibn
abu abou abo
umm oum um
bint binte
bahram behram
behrouz behruz behrooz
dariush daryoush darius
farhad farhod ferhat
farzana farzaneh farzona
gholam ghulam gholamreza
golnaz gulnaz
hamidreza hamid reza
homayoun humayun homayun
hooman houman
kourosh cyrus kurosh koroush
laleh lale
manouchehr manoochehr
mojtaba mujtaba
morteza murtaza murtada mortaza murteza
parviz pervez parvez perviz parwez
shirin shireen sherin
siavash siyavash
soraya thuraya surayya soraia soria
yaghoub yaqub
zohreh zohra
abdul abdel abd abdal abdoul abdou abdi abdur abdus abder
asghar asgar
ashraf achraf ashrof
babar babur
fayyaz fayaz faiaz
fazal fazl fadl
ghazala gazala
hina heena
humaira homaira humera
iqbal ikbal eqbal
irfan erfan
ishtiaq ishtiaque
jahangir jehangir
liaqat liaquat
mahbub mahboob mehboob mahbubur
mahfuz mahfooz
mizanur mizan
monirul monir
mushtaq moshtaq mustaque
naveed navid
parveen parvin perveen parwin
rabeya rabia
rafiqul rafiq
rashida rasheeda
rehana rihana rehanna
riaz riyaz
rizwan ridwan redouane rezwan
rokeya ruqayya roqia ruqayyah rokia
rubina robina
sabina sabeena
sajjad sajad
sameena samina
sarfraz sarfaraz
shafiq shafique shafik
shahnaz shehnaz
shamim shameem
shamima shameema
sultana soltana
tanvir tanveer tanbir
tasleema taslima
zafar zafer
zulfiqar zulfikar julfikar
ajay ajai
aishwarya aish
amit ameet
amrita ammu
anjali anju
anu anuradha anupama
aparna apu
arjun arjuna
ashok asoke ashoka
balwinder bal
bharat bharath
deepak dipak
deepa dipa
deepika dipika
devendra dev devender
devi debi
dharmendra dharam
dilip dileep
gagandeep gagan
ganesh ganesha
gaurav gourav gaurab
geeta gita geetha gitika
gopal gopala gopi
gurpreet guri
harpreet preet
harish hari
hemant hemanta
indira indu
jagdish jagdeesh jag
jaspreet jas
jayanti jayanthi
jitendra jitu jeet jitender jeetu
jyoti jothi jyothi
kamala kamla
karthik kartik
kavita kavitha
khushboo khushbu
kishore kishor
krishna krishnan krish krishan
kumar kumaran kumara
lakshmi laxmi lakshmy luxmi
lalita lalitha
lata latha
madhu madhuri
mahendra mahender
mamata mamta momota
manish maneesh
manpreet mani
meena mina meenakshi
meera mira
nandini nandita
narendra narinder naren narender
navin naveen nabin
neelam nilam
neelima nilima
neeta nita
niraj neeraj
parvati parvathi
pooja puja
poonam punam
prabhakar prabhu
pradeep pradip
prakash prokash
prasad prosad
prashant prasanth prasant
praveen pravin prabin
preeti priti preethi preity
purnima poornima
raghu raghunath raghav
raj rajesh rajendra rajan rajinder raju rajiv rajeev
rajani rajni
rajendra rajender rajinder
ram rama ramu ramesh
ranjit ranjeet ranjith
ravi rabi ravindra ravinder ravindran
renu renuka
rina reena
rita reeta
roopa rupa
sandeep sandip sundeep
sangeeta sangita sangeetha
sanjay sanjoy sanjaya
sanjeev sanjib sanjiv
santosh santhosh
sarala sarla
sarita saritha
satish sathish sateesh
saurabh sourav sourabh saurav
savita savitri
seema sima
shankar sankar shanker
shanti santhi shanthi
sharmila sormila
shashi sashi
shiva siva shiv
shobha shova sobha
shweta sweta swetha
shyam syam
sita seetha seeta
srinivas srinivasan seenu
subhash subash
sujata sujatha
sunita suneeta
surendra suren surender surinder
surjit surjeet
sushila susheela
varsha barsha
vandana bandana
venkatesh venkat venkata
vidya bidya
vijay bijay bijoy vijai
vikram bikram vicky
vimal bimal
vimala bimala
vinay binay
vinod binod
vishal bishal
vishnu bishnu
vivek bibek
biswajit bishwajit
debashish debasish debashis
gobinda govinda govind
laxman lakshman
protima pratima
rohima rahima
subrata subroto subhrata
sumon suman
din uddin eddine deen eddin
allah ullah ulla
"""
"""Spellings in Latin letters of names of the Arab world, Iran and South Asia."""
_AFRICA_AND_PHILIPPINES: Final = """
adebayo bayo ade
adebola bola debola
adedayo dayo
adekunle kunle
adeleke leke
ademola demola
adeniyi niyi
adeola ade ola deola
adesola sola
adetokunbo tokunbo toks
adewale wale
adeyemi yemi
adenike nike
aderonke ronke
abiodun biodun abbey
abimbola bimbola bimbo bola
abisola bisola
abosede bose
ayodele ayo dele
ayodeji ayo deji
ayomide ayo mide
ayobami ayo bami
babajide jide
babatunde tunde baba
babatope tope
bamidele dele bami
blessing bless
bolanle bola
bolaji bola
bukola bukky buki olubukola
bukunola bukky
damilola dami oluwadamilola lola
damilare dare
ebunoluwa ebun
ebony eboni
folake folakemi flakky
folashade shade folasade sade
funmilayo funmi olufunmilayo funmilola olufunmi
gbenga oluwagbenga olugbenga
ibukunoluwa ibukun
ifeoluwa ife
kayode kay
kehinde kenny
kolawole kola kole
modupe dupe
mojisola moji
morenike renike nike
oladele dele ola
oladipo dipo ladipo
olajide jide
olamide ola mide
olaniyi niyi
olanrewaju lanre
olatunde tunde
olatunji tunji
olawale wale
olayinka yinka
olubunmi bunmi
oluwabunmi bunmi
oludare dare
olufemi femi oluwafemi
olukayode kayode
olumide mide
oluremi remi
olusegun segun shegun
olusola sola
oluwadamilare dare
oluwafunmilayo funmi
oluwakemi kemi olukemi
oluwaseun seun
oluwaseyi seyi oluseyi sheyi
oluwatobi tobi oluwatobiloba
oluwatosin tosin tosyn
oluwatoyin toyin olutoyin
oluwole wole
omolara lara
omotola tola
omowunmi wunmi
opeyemi ope yemi
oyinkansola oyin
oyindamola oyin damola
rasheedat rashidat
simisola simi
taiwo taye
temitope tope temi
temitayo tayo temi
temilade temi
titilayo titi
titilola titi
tolulope tolu oluwatoluope
toluwani tolu
yetunde yetty
yewande wande
adaeze ada
adaobi ada obi
amarachi amara
azubuike azu
chiamaka amaka chi chichi
chibueze bueze chi
chibuike buike
chibuzo chibuzor buzo
chidera dera
chidi chidiebere chidozie
chidiebere ebere
chidinma dinma
chigozie gozie
chijioke jioke
chikaodili odili
chikezie kezie
chimamanda manda
chinedu nedu edu
chinelo nelo
chinonso nonso
chinwe chinwendu
chinyere chi
chioma chi
chisom som
chukwudi chudi chidi
chukwuebuka ebuka
chukwuemeka emeka
chukwuka chuka
chukwuma chuma
chukwunonso nonso
ebele ebelechukwu
emmanuel emma emmy
ifeanyi ify
ifeoma ify
ifeyinwa ify
ijeoma ij
ikechukwu ike iyke
ikenna ike
izuchukwu izu
kelechi kele
kenechukwu kene
kosisochukwu kosi
ngozi ngo
ngozichukwu ngozi
nkechi nkechinyere
nkiruka nkiru kiru
nnamdi namdi
nnenna nenna
nwakaego ego
obiageli oby
obinna obi
obioma oby
ogechi oge ogechukwu
okechukwu okey oke
onyekachi kachi onyeka
onyinyechi onyi
onyinye onyi
somtochukwu somto
tochukwu tochi
uche uchechukwu uchenna
ugochi ugo
ugochukwu ugo
ugonna ugo
uzoamaka amaka
uzochukwu uzo
eghosa ghosa
osarumwense osas osaro
osamudiamen osas
osayande osas
efe efemena
ese eseoghene
oghenekaro karo
oghenetega tega
ogheneovo ovo
isoken soken
iyobosa bosa
abubakar abubaker abu abubakr boubacar bubacar
aminu amin
fatimatu fatima
halima halimah haleema halimatu halimat
hauwa hawa eve hawwa
kabiru kabir
maimuna maimouna maymuna
muktar mukhtar
nafisa nafisat
sadiya sadia
suleiman sule
umaru umar
yakubu yakub jacob
yusufu yusuf
afia efua
boubacar bouba
fatoumata fatou fanta
abebe abe
alemayehu alem
getachew getch
gebre gebreselassie
haile haileselassie
mulugeta mule
selam selamawit
tesfaye tesfa
tekle teklehaimanot
tewodros theodore teddy
yonas jonas
faduma fadumo fatima fatuma
mohamud mahamud
favour favor
happiness happy
joselito lito joel
juanito juan lito
danilo dan nilo
rodrigo rod digong
ferdinand bong
bongbong bong
benigno noynoy ninoy
crisanto cris
crispin pin
dominador dom
edgardo ed egay
ernesto erning erny
felicidad fely
gregoria gorya
jejomar jojo
josefina pining
lourdes lou
luzviminda luz minda
maricel cel
maricris cris
marites tess
marilou malou
nenita nene
natividad naty
reynaldo rey naldo
ricardo carding
rosario charing
teodoro doro
trinidad trining
virgilio vir
virginia virgie
wilfredo willy fred
osaretin osas
osazuwa zuwa
ngozika ngozi
ifunanya ify
itohan ito
omorede rede
nosakhare nosa
"""
_KOREAN: Final = """
ah a
ae
bae pae
baek paek baik paik
beom bum pum
bin
bok
bong
byung byeong
cha
chae
chan
chang jang
chul cheol
choi choe
chun cheon
da
dae tae
dong
do
eun un
ga
gi ki
gil kil
go ko koh
gu ku koo goo
gun geon kun keon
gwang kwang
gyu kyu
ha
hae
han
heo hur huh
hee hui hi
ho
hong
hoon hun
hwa
hwan
hwang
hye hae
hyeok hyuk
hyeon hyun hyoun
hyo
il
in
jae
je
ji jee chi
jin chin
jong
joo ju chu
joon jun
jung jeong joung chung
kang gang
kim gim
kwon gwon
kyung gyeong kyeong kyoung
lim im rim
mi mee
min
moon mun
myung myeong myoung
na
nam
noh roh
oh o
park pak bak
rae
ran
ri ree
sang
seo suh
seok suk
seol sul
seon sun
seong sung
shik sik
shim sim
shin sin
soo su
sook
song
sol
tae
wan
won
woo wu u
wook uk
ye
yeon yun youn
yeong young yong
yoo yu ryu ryoo
yoon yun
"""
"""Syllables of Korean names, each as it is spelt in Latin letters."""
_CHINESE: Final = """
lu lv lyu lyv
park pak bak piao
"""
"""Surnames whose reading is typed in several ways."""


def _by_name(lines: list[str]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for family, line in enumerate(lines):
        for name in line.split():
            found.setdefault(name, set()).add(family)
    return {name: frozenset(families) for name, families in found.items()}


_TABLES: Final = (
    _OF_MANY_LANGUAGES, _ENGLISH, _EASTERN_EUROPE, _WESTERN_EUROPE, _ARAB_AND_ASIAN, _AFRICA_AND_PHILIPPINES, _KOREAN, _CHINESE,
)  # fmt: skip
_BY_NAME: Final = _by_name([line for table in _TABLES for line in table.split("\n") if " " in line])
_NONE: Final[frozenset[int]] = frozenset()
KOREAN: Final = _by_name(_KOREAN.split("\n"))
"""Syllables of Korean names, and which one each spelling may stand for."""


def families(name: str) -> frozenset[int]:
    """Return the families that a folded given name is of; none for a name that the table does not know."""
    return _BY_NAME.get(name, _NONE)
