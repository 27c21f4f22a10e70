// Package shop simulates a small shop for the examples: customers in six
// countries, two years of invoices with returns, support tickets and survey
// answers. Nothing in it is real. The same seed gives the same shop.
//
// Buying follows the story that the models of metrics/clv tell: a customer buys
// at a rate of their own until, after some purchase, they stop for good.
package shop

import (
	"time"

	"github.com/shopspring/decimal"
)

// Shop is everything that the simulated application has stored.
type Shop struct {
	From, To  time.Time // the two years, [From, To)
	Customers []Customer
	Invoices  []Invoice // in order of time
	Contacts  []Contact // in order of time
	Answers   []Answer  // in order of time
}

// Customer is one member of the shop.
type Customer struct {
	ID       string
	Written  string // the full name as the customer writes it
	Given    string
	Surname  string
	Title    string // stated by the customer; empty when they stated none
	CallMe   string // stated wish; empty when they stated none
	Country  string // ISO 3166 alpha-2
	Language string // BCP 47
	Zone     string // IANA
	Email    string
	Joined   time.Time
	Consent  bool // to marketing by e-mail, given when joining
}

// Invoice is one order, or its cancellation (number C…, negative amount).
type Invoice struct {
	Number   string
	Customer string
	At       time.Time
	Country  string // its name, as an invoice prints it
	Lines    int
	Quantity int
	Amount   decimal.Decimal // in pounds
	Of       string          // of a cancellation: the number of the order
}

// Cancelled reports whether the invoice takes an order back.
func (i Invoice) Cancelled() bool { return i.Of != "" }

// Contact is one exchange with a customer.
type Contact struct {
	ID       string
	Customer string
	At       time.Time
	Channel  string // as the wing interaction writes it: phone, email, …
	Stage    string // journey stage: awareness, consideration, purchase, post_purchase
	Purpose  string
	Ticket   string // the case that it belongs to; empty for none
	Inbound  bool
	Text     string
}

// Answer is one survey answer as it came in, strict reading still to be done.
type Answer struct {
	Customer string
	Question string // nps, csat or ces
	At       time.Time
	Raw      string
}

// Country is one of the six countries of the shop.
type Country struct {
	Code, Name, Language, Zone string
	given, surnames            []string
	surnameFirst               bool
	joint                      string // between the parts of the written name
}

// Countries are the six countries, in the order of the customers' numbers.
func Countries() []Country {
	return []Country{
		{
			Code: "JP", Name: "Japan", Language: "ja", Zone: "Asia/Tokyo", surnameFirst: true, joint: " ",
			given:    []string{"花子", "太郎", "美咲", "健太", "陽子", "翔太", "由美", "大輔", "恵子", "直樹"},
			surnames: []string{"佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"},
		},
		{
			Code: "DE", Name: "Germany", Language: "de", Zone: "Europe/Berlin", joint: " ",
			given:    []string{"Anna", "Jürgen", "Sabine", "Lukas", "Petra", "Stefan", "Julia", "Klaus", "Miriam", "Tobias"},
			surnames: []string{"Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann"},
		},
		{
			Code: "BR", Name: "Brazil", Language: "pt-BR", Zone: "America/Sao_Paulo", joint: " ",
			given:    []string{"Ana Paula", "João", "Mariana", "Carlos", "Fernanda", "Rafael", "Beatriz", "Lucas", "Juliana", "Thiago"},
			surnames: []string{"Silva", "Santos", "Oliveira", "Souza", "Lima", "Pereira", "Ferreira", "Almeida", "Costa", "Rodrigues"},
		},
		{
			Code: "CN", Name: "China", Language: "zh-Hans", Zone: "Asia/Shanghai", surnameFirst: true,
			given:    []string{"芳", "伟", "秀英", "敏", "静", "磊", "丽", "强", "洋", "艳"},
			surnames: []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"},
		},
		{
			Code: "IN", Name: "India", Language: "en-IN", Zone: "Asia/Kolkata", joint: " ",
			given:    []string{"Priya", "Rahul", "Ananya", "Arjun", "Kavita", "Vikram", "Neha", "Sanjay", "Meera", "Rohan"},
			surnames: []string{"Sharma", "Patel", "Singh", "Reddy", "Gupta", "Nair", "Iyer", "Das", "Mehta", "Khan"},
		},
		{
			Code: "IT", Name: "Italy", Language: "it", Zone: "Europe/Rome", joint: " ",
			given:    []string{"Giulia", "Marco", "Chiara", "Luca", "Francesca", "Matteo", "Elena", "Andrea", "Paola", "Davide"},
			surnames: []string{"Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci", "Marino", "Greco"},
		},
	}
}
