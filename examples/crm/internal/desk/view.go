package desk

import "time"

// Money is an exact amount with its currency.
type Money struct {
	Amount   string `json:"amount"`   // decimal text
	Currency string `json:"currency"` // ISO 4217
}

// Step is one line of an explanation. Depth is 0 for a line of its own and more for a
// part of the line above.
type Step struct {
	Text  string `json:"text"`
	Depth int    `json:"depth,omitempty"`
}

// Count is a number with its label.
type Count struct {
	Label string `json:"label"`
	Count int64  `json:"count"`
}

// Figure is one number of the dashboard in words, with what it rests on. Value is empty
// where there is nothing to count, and Note says so.
type Figure struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Value string `json:"value,omitempty"`
	Low   string `json:"low,omitempty"`  // of the interval at Level
	High  string `json:"high,omitempty"` // of the interval at Level
	Level string `json:"level,omitempty"`
	N     int64  `json:"n"` // what was counted
	Note  string `json:"note,omitempty"`
}

// Head says what the application holds and which clock it goes by.
type Head struct {
	Shop      string    `json:"shop"`
	Currency  string    `json:"currency"`
	Zone      string    `json:"zone"` // of the shop; customers have their own
	Now       time.Time `json:"now"`
	Customers int64     `json:"customers"`
	Orders    int64     `json:"orders"`
	Simulated bool      `json:"simulated"` // nothing in it is real
	// Behind is by how much the clock was set back so that it goes on from where the
	// data end; zero: it is the machine's.
	Behind time.Duration `json:"behind"`
}
