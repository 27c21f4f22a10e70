package segment

import (
	"regexp"
)

// Storage is how a column holds its values.
type Storage uint8

// The storages. The zero value is the plain one: text, whole numbers (an amount in
// whole units), floating numbers, booleans (SQLite: 0 and 1) as themselves.
const (
	// UnixSeconds, UnixMillis, UnixMicros and UnixNanos are instants as whole numbers.
	UnixSeconds Storage = iota + 1
	UnixMillis
	UnixMicros
	UnixNanos
	// TimestampTZ is an instant of PostgreSQL, exact to the microsecond.
	TimestampTZ
	// Delimited is tags in one text with "|" before, between and after them.
	Delimited
	// JSONArray is tags as an array: JSON text in SQLite, jsonb in PostgreSQL.
	JSONArray
	// TextArray is tags as text[] of PostgreSQL.
	TextArray
)

const storageWords words = "unix_seconds unix_millis unix_micros unix_nanos timestamptz delimited json_array text_array"

// String names the storage.
func (s Storage) String() string { return storageWords.text(uint8(s)) }

// MarshalText writes the name.
func (s Storage) MarshalText() ([]byte, error) { return storageWords.marshal(uint8(s)) }

// UnmarshalText reads a name.
func (s *Storage) UnmarshalText(text []byte) error {
	i, err := storageWords.parse(text)
	*s = Storage(i)
	return err
}

// Column is where a field lies: a name such as country, c.country or "Country".
type Column struct {
	Name    string
	Storage Storage
}

// columnName is an identifier with others before it; quoted ones may hold any letter.
var columnName = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+")(\.([A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+"))*$`)

func (c *Column) check(path string, fs *faults) {
	if c.Name != "" && (len(c.Name) > MaxText || !columnName.MatchString(c.Name)) {
		fs.add(path, "%q is not the name of a column", clip(c.Name))
	}
}

// EventTable is where events lie.
type EventTable struct {
	From     string // name of the table, and an alias after a blank: events e
	Customer Column // of the events: whose they are, equal to the schema's IDColumn
	Name     Column // none where events have no names
	At       Column
}

// tableName is an identifier with others before it and maybe an alias behind.
var tableName = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+")(\.([A-Za-z_][A-Za-z0-9_]*|"[^"\x00]+"))*( [A-Za-z_][A-Za-z0-9_]*)?$`)

func (t *EventTable) check(fs *faults) {
	if t.From != "" && !tableName.MatchString(t.From) {
		fs.add("events.table.from", "%q is not the name of a table", clip(t.From))
	}
	t.Customer.check("events.table.customer", fs)
	t.Name.check("events.table.name", fs)
	t.At.check("events.table.at", fs)
}
