package main

import (
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/salutation"
	"github.com/rapport-go/rapport/customer"
)

// visitor is a person as the desk's own records have them: a customer, and what the
// customer wing does not keep.
type visitor struct {
	about    string
	customer customer.Customer
	term     salutation.Term
	titles   []salutation.Title
	stated   []culture.Preference
}

// person turns the records into what a salutation may use: the name in use, other
// spellings of it, and wishes. A former name never leaves the records.
func (v visitor) person() (p salutation.Person, tradition language.Tag) {
	inUse, ok := v.customer.Name()
	if ok {
		p.Name, p.Full, tradition = inUse, inUse.Full, inUse.Locale
	}
	for _, n := range v.customer.Names {
		if n.Use == customer.AliasName && n.Locale == inUse.Locale {
			p.Spellings = append(p.Spellings, n)
		}
	}
	p.CallMe, p.Verbatim, p.Term, p.Titles = v.customer.Address.CallMe, v.customer.Address.Verbatim, v.term, v.titles
	if t := v.customer.Address.Title; t != "" {
		p.Titles = append([]salutation.Title{{Text: t}}, p.Titles...)
	}
	return p, tradition
}

func (v visitor) display() string {
	name, ok := v.customer.Name()
	if !ok {
		return v.customer.Address.CallMe
	}
	return name.Display()
}

// named is a customer's name with its parts in the person's own order.
func named(use customer.NameUse, locale string, parts ...customer.Component) customer.Name {
	return customer.Name{Use: use, Locale: language.MustParse(locale), Components: parts}
}

func given(s string) customer.Component { return customer.Component{Kind: customer.Given, Value: s} }

func given2(s string) customer.Component { return customer.Component{Kind: customer.Given2, Value: s} }

func surname(s string) customer.Component {
	return customer.Component{Kind: customer.Surname, Value: s}
}

func surname2(s string) customer.Component {
	return customer.Component{Kind: customer.Surname2, Value: s}
}

// of is a customer of a region with names. The ids are those of the region here; a host
// has its own.
func of(region string, names ...customer.Name) customer.Customer {
	return customer.Customer{ID: customer.ID("visitor-" + region), Kind: customer.Person, Names: names, Region: language.MustParseRegion(region)}
}

func wishing(c customer.Customer, wish customer.FormOfAddress) customer.Customer {
	c.Address = wish
	return c
}

func visitors() []visitor {
	preferred, alias, former := customer.PreferredName, customer.AliasName, customer.FormerName
	n := named
	return []visitor{
		{about: "Iceland", customer: of("IS", n(preferred, "is", given("Björk"), surname("Guðmundsdóttir"))), term: salutation.Feminine},
		{about: "Japan, in two scripts", customer: of("JP", n(preferred, "ja", surname("田中"), given("愛子")), n(alias, "ja", given("Aiko"), surname("Tanaka"))), term: salutation.Feminine},
		{about: "Japan, head of a department", customer: of("JP", n(preferred, "ja", surname("石原"), given("慎太郎")), n(alias, "ja", given("Shintaro"), surname("Ishihara"))), titles: []salutation.Title{{Text: "部長", Lang: language.Japanese, Rank: true}}},
		{about: "Germany, two titles", customer: of("DE", n(preferred, "de", given("Anna"), surname("von Stein"))), term: salutation.Feminine, titles: []salutation.Title{{Text: "Prof.", Lang: language.German}, {Text: "Dr."}, {Text: "Dr."}}},
		{about: "Germany, no term of address stated", customer: of("DE", n(preferred, "de", given("Alex"), surname("Schmidt")))},
		{about: "Viet Nam", customer: of("VN", n(preferred, "vi", surname("Nguyễn"), given2("Tấn"), given("Dũng"))), term: salutation.Masculine},
		{about: "Thailand", customer: of("TH", n(preferred, "th", given("Somchai"), surname("Sornsuwan")))},
		{about: "Spain, two surnames", customer: of("ES", n(preferred, "es", given("María José"), surname("Carreño"), surname2("Quiñones"))), term: salutation.Feminine},
		{about: "Brazil", customer: of("BR", n(preferred, "pt-BR", given("José Eduardo"), surname("Santos"), surname2("Tavares"))), term: salutation.Masculine},
		{about: "Hungary", customer: of("HU", n(preferred, "hu", surname("Bartók"), given("Béla"))), term: salutation.Masculine},
		{about: "Russia, with a patronymic", customer: of("RU", n(preferred, "ru", given("Boris"), given2("Nikolayevich"), surname("Yeltsin")))},
		{about: "Korea, a director", customer: of("KR", n(preferred, "ko", surname("Kim"), given("Min-jun"))), term: salutation.Masculine, titles: []salutation.Title{{Text: "Director", Lang: language.English, Rank: true}, {Text: "Direktor", Lang: language.German, Rank: true}}},
		{about: "the Netherlands, on first names, a former name on record", customer: of("NL", n(former, "nl", given("Jan"), surname("van den Berg")), n(preferred, "nl", given("Janneke"), surname("van den Berg"))), term: salutation.Feminine, stated: []culture.Preference{{Dimension: culture.FormalityDefault, Value: "informal", Note: "said so on the telephone"}}},
		{about: "Indonesia, one name, and a wish", customer: wishing(of("ID", n(preferred, "id", given("Suharto"))), customer.FormOfAddress{CallMe: "Pak Harto"}), term: salutation.Masculine},
		{about: "a tradition that nobody declared", customer: of("GB", customer.Name{Use: preferred, Full: "Robin Marsh"}), term: salutation.NonBinary},
	}
}
