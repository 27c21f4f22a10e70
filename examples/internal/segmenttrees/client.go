// Package segmenttrees draws customers and predicates of customer/segment by chance, so
// that tests of several databases ask all of them the same kind of questions: what SQL
// says of every customer has to be what the compiled program says.
package segmenttrees

import (
	"time"

	"github.com/rapport-go/rapport/customer/segment"
)

// Client is a row of the table that is asked. Nil is NULL.
type Client struct {
	ID      string
	Country *string
	Spend   *int64 // hundredths
	Score   *float64
	OK      *bool
	Seen    *int64 // seconds since 1970
	Born    *int64 // milliseconds since 1970
	Tags    *[]string
	Labels  *[]string
	Zone    string // empty for NULL; it may be unknown
	Orders  []Order
}

// Order is one of the events of a client.
type Order struct {
	Name     string
	Category *string
	Amount   *int64 // hundredths
	At       int64  // microseconds since 1970
}

// Columns say how a database keeps what databases keep in different ways. The tables are
// clients c (id, country, spend, score, ok, seen, born, tags, labels, zone) and orders o
// (client, name, category, amount, at); born is in milliseconds, labels are JSON.
type Columns struct {
	Seen segment.Storage
	Tags segment.Storage
	At   segment.Storage // of orders
}

func opt[R, T any](get func(R) *T) func(R) (T, bool) {
	return func(r R) (v T, ok bool) {
		if p := get(r); p != nil {
			return *p, true
		}
		return v, false
	}
}

func instant[R any](get func(R) *int64, of func(int64) time.Time) func(R) (time.Time, bool) {
	return func(r R) (time.Time, bool) {
		if p := get(r); p != nil {
			return of(*p), true
		}
		return time.Time{}, false
	}
}

// Zones are those that clients live in, for segment.SQLOptions.
func Zones() []string {
	return []string{"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"}
}

func seconds(s int64) time.Time { return time.Unix(s, 0) }

func schema(in Columns) (*segment.Schema[*Client], error) {
	zones := map[string]*time.Location{}
	for _, name := range Zones() {
		loc, err := time.LoadLocation(name)
		if err != nil {
			return nil, err
		}
		zones[name] = loc
	}
	column := func(name string, s segment.Storage) segment.Column { return segment.Column{Name: name, Storage: s} }
	return segment.NewSchema([]segment.Field[*Client]{
		segment.Text("country", opt(func(c *Client) *string { return c.Country })).In(column("c.country", 0)),
		segment.Amount("spend", 2, opt(func(c *Client) *int64 { return c.Spend })).In(column("c.spend", 0)),
		segment.Float("score", opt(func(c *Client) *float64 { return c.Score })).In(column("c.score", 0)),
		segment.Bool("ok", opt(func(c *Client) *bool { return c.OK })).In(column("c.ok", 0)),
		segment.Time("seen", instant(func(c *Client) *int64 { return c.Seen }, seconds)).In(column("c.seen", in.Seen)),
		segment.Time("born", instant(func(c *Client) *int64 { return c.Born }, time.UnixMilli)).In(column("c.born", segment.UnixMillis)),
		segment.Tags("tags", opt(func(c *Client) *[]string { return c.Tags })).In(column("c.tags", in.Tags)),
		segment.Tags("labels", opt(func(c *Client) *[]string { return c.Labels })).In(column("c.labels", segment.JSONArray)),
	}, &segment.SchemaOptions[*Client]{
		Zone: func(c *Client) *time.Location { return zones[c.Zone] },
		Events: segment.Events(func(c *Client) []Order { return c.Orders }, segment.EventFields[Order]{
			Name: func(o Order) string { return o.Name },
			At:   func(o Order) time.Time { return time.UnixMicro(o.At) },
			Fields: []segment.Field[Order]{
				segment.Text("category", opt(func(o Order) *string { return o.Category })).In(column("o.category", 0)),
				segment.Amount("amount", 2, opt(func(o Order) *int64 { return o.Amount })).In(column("o.amount", 0)),
			},
			Table: segment.EventTable{From: "orders o", Customer: column("o.client", 0), Name: column("o.name", 0), At: column("o.at", in.At)},
		}),
		IDColumn: column("c.id", 0), ZoneIn: column("c.zone", 0),
	})
}
