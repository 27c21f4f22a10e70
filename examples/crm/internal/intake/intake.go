// Package intake reads what a shop has already: the simulated one of the examples, or a
// file of invoices. It only reads; what becomes of the people and their rows is for the
// application. The same source gives the same people, whenever it is read.
package intake

import "time"

// Person is a customer with all that the source says of them, each list in order of time.
type Person struct {
	ID       string
	Source   string // list that the person is from
	Written  string // the full name as the person writes it; empty where it is not known
	Given    string
	Surname  string
	Reversed bool   // the surname comes first
	Title    string // stated
	CallMe   string // stated
	Region   string // ISO 3166 alpha-2; empty where it is not known
	Country  string // as the source writes it
	Language string // BCP 47
	Zone     string // IANA
	Email    string
	Phone    string // as dialled in the country
	Joined   time.Time
	Consent  bool // to marketing by e-mail, given when joining
	Profile  bool // to profiling, given when joining
	Orders   []Order
	Contacts []Contact
	Answers  []Answer
}

// Order is an order or, with Returned, goods that came back.
type Order struct {
	Number   string
	At       time.Time
	Minor    int64 // whole minor units; below zero where goods came back
	Returned bool
	Of       string // of a return: the order; empty where the source does not say
	Items    []Item
}

// Item is a line of an order.
type Item struct {
	Item  string
	Minor int64
}

// Contact is one contact that the source tells of.
type Contact struct {
	ID      string
	At      time.Time
	Channel string
	Stage   string
	Purpose string
	Case    string
	Order   string
	Inbound bool
	Text    string
}

// Answer is a survey answer as it came in.
type Answer struct {
	ID       string
	Question string
	At       time.Time
	Raw      string
}

// Source is what was read.
type Source struct {
	Name       string
	Simulated  bool
	End        time.Time // the data end before it
	People     []Person
	Rows       int64 // that were read
	Duplicates int64 // inside the source
	Malformed  int64
	Anonymous  int64    // orders without a customer: read, and not kept
	Free       int64    // rows over nothing: read, and not kept
	Digest     string   // SHA-256 of the text in hexadecimal; empty for what is no file
	Faults     []string // the first few, each with its line
}
