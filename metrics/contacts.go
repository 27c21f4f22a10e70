package metrics

import (
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/rapport-go/rapport/internal/binenc"
)

// Contacts accumulates when each customer made contact, for the share of contacts
// that were followed by another one. Make the key customer and topic together where
// only contacts about the same matter are repeats.
//
// The zero value is empty and ready. Guarantees: state is a multiset of instants, so
// order and sharding change nothing; Merge is associative and commutative and equals
// one pass. Not safe for concurrent use.
type Contacts struct {
	at        map[string][]int64 // Unix nanoseconds, ascending
	anonymous int64
}

// ContactsOf adds every row.
func ContactsOf[A Activity](rows iter.Seq[A]) (*Contacts, error) {
	acc := &Contacts{}
	for row := range rows {
		if err := acc.Add(row.CustomerKey(), row.At()); err != nil {
			return nil, err
		}
	}
	return acc, nil
}

// Add records a contact. An empty customer is counted in Anonymous and is no repeat
// of anything. A year outside 1678 to 2261 is [ErrOutOfRange].
func (c *Contacts) Add(customer string, at time.Time) error {
	if y := at.UTC().Year(); y < 1678 || y > 2261 {
		return faultInt(ErrOutOfRange, "year", int64(y), "1678 to 2261")
	}
	if customer == "" {
		c.anonymous++
		return nil
	}
	if c.at == nil {
		c.at = make(map[string][]int64)
	}
	c.at[customer] = withInstant(c.at[customer], at.UnixNano())
	return nil
}

func withInstant(set []int64, at int64) []int64 {
	if n := len(set); n == 0 || set[n-1] <= at {
		return append(set, at)
	}
	i, _ := slices.BinarySearch(set, at)
	return slices.Insert(set, i, at)
}

// Anonymous is the number of contacts without a customer.
func (c *Contacts) Anonymous() int64 { return c.anonymous }

// Repeat is the repeat contact rate: the share of contacts that the same customer
// followed with another one within the window, (at, at + window]. Contacts at the
// very same instant count as one after the other. A contact whose window has not
// passed at asOf and that has not been followed yet is in neither count but in
// immature; contacts after asOf are not looked at. A window that is not above zero
// is [ErrOutOfRange].
func (c *Contacts) Repeat(window time.Duration, asOf time.Time) (p Proportion, immature int64, err error) {
	if window <= 0 {
		return Proportion{}, 0, fault(ErrOutOfRange, "window", window.String(), "above zero")
	}
	end := asOf.UnixNano()
	for _, set := range c.at {
		for i, at := range set {
			if at > end {
				break
			}
			followed := i+1 < len(set) && set[i+1] <= end && set[i+1]-at <= int64(window)
			if !followed && end-at < int64(window) {
				immature++
				continue
			}
			_ = p.Add(followed)
		}
	}
	return p, immature, nil
}

// Merge adds the contacts of another state, sharded in any way. The other state is
// not changed.
func (c *Contacts) Merge(o *Contacts) error {
	total, err := sum("anonymous", c.anonymous, o.anonymous)
	if err != nil {
		return err
	}
	c.anonymous = total
	if c.at == nil && len(o.at) > 0 {
		c.at = make(map[string][]int64, len(o.at))
	}
	for customer, set := range o.at {
		merged := append(slices.Clone(c.at[customer]), set...)
		slices.Sort(merged)
		c.at[customer] = merged
	}
	return nil
}

var (
	kindContacts   = binenc.Kind{'M', 'C', 'O', 'N'}
	configContacts = binenc.Hash("contacts")
)

// MarshalBinary writes the state; equal states give equal bytes.
func (c *Contacts) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindContacts, 1, configContacts)
	w.Int(c.anonymous)
	w.Uint(uint64(len(c.at)))
	for _, customer := range sortedKeys(c.at) {
		w.String(customer)
		w.Uint(uint64(len(c.at[customer])))
		for _, at := range c.at[customer] {
			w.Int(at)
		}
	}
	return w.Frame(), nil
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (c *Contacts) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindContacts, configContacts)
	if err != nil {
		return err
	}
	next := Contacts{anonymous: readCount(in)}
	n := in.Count(3)
	next.at = make(map[string][]int64, n)
	for previous := ""; n > 0 && in.Err() == nil; n-- {
		customer := in.String()
		set := make([]int64, in.Count(1))
		for i := range set {
			set[i] = in.Int()
		}
		if customer <= previous || len(set) == 0 || !slices.IsSorted(set) {
			in.Fail("contacts out of order")
		}
		previous = customer
		next.at[customer] = set
	}
	if err := closed(in); err != nil {
		return err
	}
	*c = next
	return nil
}

// Attainment counts promises kept (SLA attainment). A promise that is not due yet and
// not fulfilled is Pending and in no rate; one that is overdue counts as breached
// although the case is still open. The zero value is empty and ready.
type Attainment struct {
	Met      int64 `json:"met"`
	Breached int64 `json:"breached"`
	Pending  int64 `json:"pending"`
}

// AttainmentFromCounts checks counts that a database made.
func AttainmentFromCounts(met, breached, pending int64) (Attainment, error) {
	a := Attainment{met, breached, pending}
	return a, errors.Join(count("met", met), count("breached", breached), count("pending", pending))
}

// Add counts one promise: when it was due, when it was fulfilled (the zero time if it
// is not), and the instant of the report. Fulfilled exactly when due is met; what
// was fulfilled after asOf counts as not fulfilled yet.
func (a *Attainment) Add(due, fulfilled, asOf time.Time) error {
	done := !fulfilled.IsZero() && !fulfilled.After(asOf)
	switch {
	case done && !fulfilled.After(due):
		a.Met++
	case done || asOf.After(due):
		a.Breached++
	default:
		a.Pending++
	}
	return nil
}

// Rate is met / (met + breached).
func (a Attainment) Rate() Proportion { return Proportion{a.Met, a.Met + a.Breached} }

// Merge adds other promises as of the same instant. On overflow a is unchanged.
func (a *Attainment) Merge(o Attainment) error {
	var next Attainment
	var errs [3]error
	next.Met, errs[0] = sum("met", a.Met, o.Met)
	next.Breached, errs[1] = sum("breached", a.Breached, o.Breached)
	next.Pending, errs[2] = sum("pending", a.Pending, o.Pending)
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	*a = next
	return nil
}

var (
	kindAttainment   = binenc.Kind{'M', 'A', 'T', 'T'}
	configAttainment = binenc.Hash("attainment")
)

// MarshalBinary writes the state.
func (a Attainment) MarshalBinary() ([]byte, error) {
	return marshalCounts(kindAttainment, configAttainment, a.Met, a.Breached, a.Pending)
}

// UnmarshalBinary replaces the state; damaged bytes are [ErrCorrupt] and change
// nothing.
func (a *Attainment) UnmarshalBinary(data []byte) error {
	return unmarshalCounts(data, kindAttainment, configAttainment, &a.Met, &a.Breached, &a.Pending)
}

// Deflection is the share of self-service sessions after which the customer did not
// ask a person: (sessions - with contact) / sessions. It is an upper bound of what
// self-service saved, since some of those customers would not have asked, or gave
// up. Impossible counts are [ErrOutOfRange].
func Deflection(sessions, withContact int64) (Proportion, error) {
	if err := part("with contact", withContact, "sessions", sessions); err != nil {
		return Proportion{}, err
	}
	return Proportion{sessions - withContact, sessions}, nil
}

// Backlog counts cases opened and closed per calendar period and shows how many were
// open at the end of each. The zero value counts calendar quarters in UTC;
// guarantees as [Retention]. Not safe for concurrent use.
type Backlog struct {
	grain          Grain
	zone           *time.Location
	opened, closed map[int64]int64
}

// NewBacklog counts periods of the grain, cut at local midnight of the zone. An unset
// grain or a nil zone is [ErrOutOfRange].
func NewBacklog(grain Grain, zone *time.Location) (*Backlog, error) {
	if _, err := NewRetention(grain, zone); err != nil {
		return nil, err
	}
	return &Backlog{grain: grain, zone: zone}, nil
}

// Add records a case: when it was opened, and when it was closed for good, the zero
// time if it is open. A case closed before it was opened is [ErrInconsistent], a
// year outside 1 to 9999 [ErrOutOfRange]; both are not counted.
func (b *Backlog) Add(opened, closed time.Time) error {
	if !closed.IsZero() && closed.Before(opened) {
		return fault(ErrInconsistent, "closed", closed.String(), "before it was opened")
	}
	from, err := civilDate(opened, zoneOr(b.zone))
	if err != nil {
		return err
	}
	to := from
	if !closed.IsZero() {
		if to, err = civilDate(closed, zoneOr(b.zone)); err != nil {
			return err
		}
	}
	if b.opened == nil {
		b.opened, b.closed = make(map[int64]int64), make(map[int64]int64)
	}
	b.opened[int64(b.unit().index(from))]++
	if !closed.IsZero() {
		b.closed[int64(b.unit().index(to))]++
	}
	return nil
}

func (b *Backlog) unit() Grain {
	if b.grain == 0 {
		return Quarter
	}
	return b.grain
}

// A BacklogRow is one period.
type BacklogRow struct {
	Label  string
	Period Period
	Opened int64 // in the period
	Closed int64 // in the period
	Open   int64 // at its end
}

// Rows is the table from the first period with a case opened to the last with a case
// opened or closed, without gaps. carried is the number of cases that were open
// before the data begins. A negative one is [ErrOutOfRange].
func (b *Backlog) Rows(carried int64) ([]BacklogRow, error) {
	err := count("carried", carried)
	if err == nil {
		_, err = sum("open", carried, countsOf(b.opened))
	}
	if err != nil {
		return nil, err
	}
	var first, last int64
	seen := false
	for _, m := range []map[int64]int64{b.opened, b.closed} {
		for k := range m {
			if !seen {
				first, last, seen = k, k, true
			}
			first, last = min(first, k), max(last, k)
		}
	}
	var rows []BacklogRow
	for k := first; seen && k <= last; k++ {
		carried += b.opened[k] - b.closed[k]
		rows = append(rows, BacklogRow{
			b.unit().label(int32(k)), b.unit().period(int32(k), zoneOr(b.zone)), b.opened[k], b.closed[k], carried,
		})
	}
	return rows, nil
}

// Merge adds other cases, sharded by case. Another grain or zone is [ErrConfig], an
// overflow [ErrOutOfRange]; both change nothing.
func (b *Backlog) Merge(o *Backlog) error {
	if b.config() != o.config() {
		return ErrConfig
	}
	// The sum over all periods bounds each of them, and what Rows carries on.
	if _, err := sum("cases", countsOf(b.opened), countsOf(o.opened)); err != nil {
		return err
	}
	opened, closed := cloneCounts(b.opened), cloneCounts(b.closed)
	for k, n := range o.opened {
		opened[k] += n
	}
	for k, n := range o.closed {
		closed[k] += n
	}
	b.opened, b.closed = opened, closed
	return nil
}

func countsOf(m map[int64]int64) (total int64) {
	for _, n := range m {
		total += n
	}
	return total
}

func (b *Backlog) config() uint64 {
	return binenc.Hash("backlog", b.unit().String(), zoneMark(zoneOr(b.zone)))
}

var kindBacklog = binenc.Kind{'M', 'B', 'A', 'C'}

// MarshalBinary writes the state; equal states give equal bytes.
func (b *Backlog) MarshalBinary() ([]byte, error) {
	w := binenc.NewWriter(kindBacklog, 1, b.config())
	low := int64(b.unit().index(earliest))
	for _, m := range []map[int64]int64{b.opened, b.closed} {
		writeHistogram(w, m, low)
	}
	return w.Frame(), nil
}

func writeHistogram(w *binenc.Writer, m map[int64]int64, low int64) {
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	w.Uint(uint64(len(keys)))
	for _, k := range keys {
		w.Int(k - low)
		w.Int(m[k])
	}
}

// UnmarshalBinary replaces the state. The receiver must be of the configuration that
// wrote it ([ErrConfig] otherwise); damaged bytes are [ErrCorrupt]. On an error the
// receiver is unchanged.
func (b *Backlog) UnmarshalBinary(data []byte) error {
	in, err := open(data, kindBacklog, b.config())
	if err != nil {
		return err
	}
	low, high := int64(b.unit().index(earliest)), int64(b.unit().index(latest))
	next := Backlog{grain: b.grain, zone: b.zone}
	var totals [2]int64
	for i, into := range []*map[int64]int64{&next.opened, &next.closed} {
		raw, total := readHistogram(in)
		totals[i] = total
		*into = make(map[int64]int64, len(raw))
		for k, n := range raw {
			if k > high-low {
				in.Fail("period " + strconv.FormatInt(k, 10) + " out of range")
				break
			}
			(*into)[k+low] = n
		}
	}
	if totals[1] > totals[0] {
		in.Fail("more closed than opened")
	}
	if err := closed(in); err != nil {
		return err
	}
	*b = next
	return nil
}
