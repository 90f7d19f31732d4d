"""Given names that stand for one another: short forms, pet names, and forms in other languages; a table of our own.

A line is one family of names. A name may stand in several (`alex`), and two names are of one family where they share one.
Folded as `graph.name_forms` folds: no diacritics, Latin letters. It is short on purpose: what it lacks costs a suggestion.
"""

from __future__ import annotations

from typing import Final

_FAMILIES: Final = """
aleksandr alexander alex sandy sasha sascha sandu alexandru alessandro alejandro aleksander xander shura oleksandr
aleksandra alexandra alex sandra sasha alessandra alejandra aleksandra
alfred alf alfie fred
andrew andy drew andrei andrey andre andreas andres andrzej andras andrea andrija ondrej
anna ann anne annie ana anya hanna hannah anita anca aneta
anthony tony antonio anton antoine antoni antal toni
barbara barb babs barbora basia varvara
benjamin ben benny benji beniamin
bogdan bogdana
catherine katherine kathryn kate katie kathy cathy katya ekaterina catalina katarzyna kasia caterina katalin ecaterina kata
charles charlie chuck carl carlos karl karol carlo charly
christopher chris kit cristofor christoph cristobal krzysztof kris
christine christina chris tina kristina cristina krystyna chrissie
daniel dan danny dani danilo danil danylo
david dave davey davide dawid davi
deborah debbie deb debra
denise denisa
dimitri dmitri dmitriy dmitry dima dimitris dimitrios dumitru mitia mitya dumi
donald don donnie
edward ed eddie ted teddy ned eduard edoardo eduardo edvard
elena helen helena olena lena ilona ileana alena ellen lenuta
elizabeth elisabeth liz lizzie beth betty eliza elisabeta erzsebet elzbieta yelizaveta liza isabel bess
emilia emily emma milly
ernest ernie ernesto erno
eugene gene yevgeny evgeny evgeniy yevhen eugen jeno evgenii zhenya
florin florian
francis frank francisco paco pancho francesco franz ferenc franciszek francois frankie chico franc
frederick fred freddy freddie frederic friedrich federico fryderyk
gabriel gabe gabi gavril gabor
gary gareth garry gaz
george georgi georgiy yuri yury jiri jorge giorgio georges gheorghe georgios giorgos yorgos gyorgy jerzy iuri gigi ghita juraj
gerald gerry jerry gerard gerhard
giovanni gianni vanni john
gregory greg gregor grigory grigore gheorghi grzegorz grisha
harold harry hal harald
henry harry hank henri heinrich enrique enrico henryk hal
hugh hugo hughie hugues
ian iain john
ilie elijah ilya elias eli
ion ioan john jan ivan jean juan giovanni johann hans ioannis giannis yannis jovan janos janek vanya johannes sean ionut ionel nelu johnny jack jon
irene irena irina ira iryna iren
isabella isabel bella izabela
jacob jake jakob jakub james iacob giacomo
james jim jimmy jamie jaime jacques jacek diego
jennifer jen jenny
jessica jess jessie
joan jean joanna ioana jane janet giovanna johanna jana asya
joseph joe joey jose pepe giuseppe beppe josef jozef iosif josip jozsef yusuf youssef yosef yousef osip
jonathan jon jonny
joshua josh
julia julie iulia giulia yulia julija juliana yuliya
julian jules iulian julien
karen caren karin
kenneth ken kenny
konstantin constantin costel costi kostya konstantinos kostas dinu
larisa lara lora
lawrence larry laurence laurentiu lorenzo lars laurent lawrie
leonard leo len lenny leonid leonardo
lucas luke luca lukas lukasz lukacs
ludmila lyudmila liudmila mila lyuda
magdalena magda lena madalina madeleine
margaret maggie meg peggy marge margarita rita greta malgorzata margit
maria mary marie mariya masha marija marika miriam maryam mariam molly mari
mark marc marco marko marek markus marcus marcel
martin marton martino martti marcin marty martijn morten
matthew matt mattias matthias matei matteo mateo mateusz mate matvey mateus
maxim maksim max maksym massimo maxime
michael mike mick mickey mihai mikhail misha michal michel miguel michele mihail mischa mihaly mykhailo mikael
mircea mirel
mirela mira
mohammed mohamed muhammad mohammad mehmet mohamad muhamed mohd mahomet mamadou md
natalia natalya natasha natalie nataliya nathalie
nicholas nick nicky nicolas nicolae nikolai nikolay nikola niko nikos nikolaos klaus miklos mikolaj nico kolya mykola nicu
olga olya olha
oliver olly oliviero olivier
oksana oxana xenia ksenia kseniya
patricia pat patty trish tricia patrycja
patrick pat paddy patricio patryk
paul pavel pablo paolo pawel pal pavlos pavlo paulo
peter pete piotr pedro pietro pierre pyotr petr petru petros petar peti petro pieter
philip phil filip philippe felipe filippo fulop
rachel rae raquel rahela
raymond ray raimundo
rebecca becky becca rebeka
richard rick dick rich ricky ricardo ryszard riccardo
robert bob bobby rob robbie bert roberto robi
roman romka
ronald ron ronnie ronaldo
samuel sam sammy samuil
sergei sergey serge sergiu sergio serhiy seryozha
simon simeon szymon semyon simone
sofia sophia sophie zofia sofiya sofya
stanislav stan stanislaw slava stas
stephen steven steve stefan esteban etienne stefano istvan stepan stephan szczepan stevan stefanos
susan sue suzy susanna zuzanna zsuzsanna suzanne
svetlana sveta lana svitlana
tatiana tanya tatyana tania tetiana
theodore ted teddy theo fyodor fedor todor teodor teo
theresa terry tess teresa tereza tracy
thomas tom tommy tomas tomasz tommaso toma tamas
timothy tim timmy timofey
valentin valentyn valya
vasile vasily vasiliy vasili basil vasyl vasilis bazil laszlo vasya
victor viktor vic vittorio
victoria vicky viktoria vika tori
vladimir volodymyr vova vlad vladimiro wlodzimierz volodya
vladislav vlad vladyslav wladyslaw ladislav slava
walter walt wally
william bill billy will willy liam wilhelm guillaume guillermo vilmos guglielmo willem
xiaoming ming
zachary zach zack zacharias
ahmad ahmed ahmet achmed
ali aly
hussein husain hussain huseyin hosein
hassan hasan
ibrahim abraham abe avram brahim
khalid khaled halid
mustafa mostafa moustafa
omar umar omer
yusuf youssef yousef yosef jusuf
michelle michele michaela mihaela michaella
stephanie stefania stefanie steffi
laura lora lauren laure
sharon
sorina
angela angie
anjali
daniela danielle daniella
marina
nadia nadezhda nadya
carol carole carolina caroline karolina karoline
cynthia cindy
galina galya
gloria
noor nur nour
amina aminah
fatima fatimah fatma
aisha ayesha aicha
layla leila leyla
"""


def _by_name() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for family, line in enumerate(_FAMILIES.split("\n")):
        for name in line.split():
            found.setdefault(name, set()).add(family)
    return {name: frozenset(families) for name, families in found.items()}


_BY_NAME: Final = _by_name()
_NONE: Final[frozenset[int]] = frozenset()


def families(name: str) -> frozenset[int]:
    """Return the families that a folded given name is of; none for a name that the table does not know."""
    return _BY_NAME.get(name, _NONE)
