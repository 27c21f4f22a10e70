package desk

import (
	"io"
	"strings"
	"time"
)

// ImportReport is what an import did. Importing the same data again changes nothing and
// counts everything as known.
type ImportReport struct {
	ID         string        `json:"id"`
	Source     string        `json:"source"` // name of the file, or the simulated shop
	At         time.Time     `json:"at"`
	Took       time.Duration `json:"took"`
	Done       bool          `json:"done"`
	Rows       int64         `json:"rows"`       // that were read
	Duplicates int64         `json:"duplicates"` // inside the source
	Malformed  int64         `json:"malformed"`
	Anonymous  int64         `json:"anonymous"`        // orders without a customer, which are not kept
	Free       int64         `json:"free"`             // orders and returns over nothing, which are not kept
	Written    []Count       `json:"written"`          // by kind: customers, orders, returns, contacts, answers, cases
	Known      int64         `json:"known"`            // that had been imported before
	Faults     []string      `json:"faults"`           // the first few, each with its line
	Digest     string        `json:"digest,omitempty"` // SHA-256 of the file's text
}

// shopPrefix begins the ids of imports of the simulated shop.
const shopPrefix = "shop-"

// Simulated reports whether the simulated shop was imported and not a file.
func (r ImportReport) Simulated() bool { return r.Digest == "" && strings.HasPrefix(r.ID, shopPrefix) }

// ImportCommand imports invoices in the layout of UCI Online Retail, plain or gzip.
type ImportCommand struct {
	Key  string
	Name string // of the file, for the report
	Body io.Reader
	Size int64 // of the body in bytes, zero when it is not known
}

// Progress is told how far an import is: done of total, and what it works on.
type Progress func(what string, done, total int64)
