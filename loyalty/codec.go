package loyalty

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/rapport-go/rapport/internal/amount"
)

// EntryForm is how an [Engine] writes the events of a commit into the body of an
// [Entry]. It reads both, whatever it writes.
type EntryForm uint8

const (
	// FormBinary is compact and takes a fraction of the time. It is the default.
	FormBinary EntryForm = iota
	// FormJSON is an array of events as [Event.MarshalJSON] writes them, for hosts that
	// query their log with the JSON functions of their database.
	FormJSON
)

// The binary form. A struct is its fields that are not zero, each as its number
// (from 1, in the order of declaration) and its value, and then a 0. Integers are
// varints, strings and slices have their length in front. So a field may be added
// at the end of a struct and a constant at the end of an enum, and nothing else may
// change; codec_test.go holds the bytes fixed.

const (
	binaryForm    = 1 // first byte of a binary body; JSON begins with '['
	maxNesting    = 8
	hasKey        = 1 // of an event: the command's own, not time's
	hasAlive      = 2
	maxStoredList = 1 << 20
)

// plan is how a struct type is written.
type plan struct {
	fields []fieldPlan
	typ    reflect.Type
}

type fieldPlan struct {
	index int
	kind  valueKind
	elem  *fieldPlan // of a slice or pointer
	sub   *plan      // of a struct
	typ   reflect.Type
}

type valueKind uint8

const (
	valueInt valueKind = iota + 1
	valueUint
	valueBool
	valueString
	valueBytes
	valueAmount
	valueFrac
	valueStruct
	valueSlice
	valuePointer
)

// eventBodies has a body of every kind; the plans are made from it once.
var eventBodies = [...]Body{
	EvEnrolled: &Enrolled{}, EvPurchased: &Purchased{}, EvIssued: &Issued{}, EvActivated: &Activated{}, EvExpired: &Expired{},
	EvLapsed: &Lapsed{}, EvDrawn: &Drawn{}, EvHeld: &Held{}, EvCaptured: &Captured{}, EvReleased: &Released{}, EvReversed: &Reversed{},
	EvClawedBack: &ClawedBack{}, EvRefunded: &Refunded{}, EvAdjusted: &Adjusted{}, EvTransferred: &Transferred{}, EvConverted: &Converted{},
	EvTierChanged: &TierChanged{}, EvChallengeProgressed: &ChallengeProgressed{}, EvRewardClaimed: &RewardClaimed{},
	EvRewardCancelled: &RewardCancelled{}, EvStockChanged: &StockChanged{}, EvNoticed: &Noticed{}, EvJoined: &Joined{},
	EvStatusChanged: &StatusChanged{}, EvMergedIn: &MergedIn{}, EvMergedOut: &MergedOut{}, EvWrittenOff: &WrittenOff{}, EvTicked: &Ticked{},
	EvExtended: &Extended{},
}

// actions has an action of every kind.
var actions = [...]Action{
	CmdEnroll: Enroll{}, CmdPurchase: Purchase{}, CmdEarn: Earn{}, CmdActivate: Activate{}, CmdRedeem: Redeem{}, CmdHold: Hold{},
	CmdCapture: Capture{}, CmdRelease: Release{}, CmdReverse: Reverse{}, CmdRefund: Refund{}, CmdAdjust: Adjust{}, CmdTransfer: Transfer{},
	CmdConvert: Convert{}, CmdClaimReward: ClaimReward{}, CmdCancelReward: CancelReward{}, CmdGrantTier: GrantTier{}, CmdRevokeTier: RevokeTier{},
	CmdGesture: Gesture{}, CmdNotice: Notice{}, CmdJoin: Join{}, CmdMerge: Merge{}, CmdBlock: Block{}, CmdReinstate: Reinstate{},
	CmdClose: Close{}, CmdTick: Tick{}, CmdReinstatePoints: ReinstatePoints{}, CmdExtend: Extend{},
}

var (
	actionPlans = plansOf(actions[:])
	bodyPlans   = plansOf(eventBodies[:])
	alivePlan   = planOf(reflect.TypeFor[Alive](), 0)
	resultPlan  = planOf(reflect.TypeFor[Result](), 0)
)

// plansOf makes the plans of values that are structs or point to one.
func plansOf[T any](values []T) []*plan {
	plans := make([]*plan, len(values))
	for i, v := range values {
		t := reflect.TypeOf(v)
		if t == nil {
			continue
		}
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		plans[i] = planOf(t, 0)
	}
	return plans
}

// planOf is called for the package's own types only, when it is initialised; a type
// that it cannot write is a fault of the package that every test shows.
func planOf(t reflect.Type, depth int) *plan {
	p := &plan{typ: t}
	for i := range t.NumField() {
		f := valuePlan(t.Field(i).Type, depth)
		f.index = i
		p.fields = append(p.fields, f)
	}
	return p
}

func valuePlan(t reflect.Type, depth int) fieldPlan {
	if depth > maxNesting {
		panic("loyalty: no binary form for the nesting of " + t.String())
	}
	f := fieldPlan{typ: t}
	switch {
	case t == reflect.TypeFor[Amount]():
		f.kind = valueAmount
	case t == reflect.TypeFor[frac]():
		f.kind = valueFrac
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		f.kind = valueInt
	case t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64:
		f.kind = valueUint
	case t.Kind() == reflect.Bool:
		f.kind = valueBool
	case t.Kind() == reflect.String:
		f.kind = valueString
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		f.kind = valueBytes
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer:
		f.kind = valueSlice
		if t.Kind() == reflect.Pointer {
			f.kind = valuePointer
		}
		elem := valuePlan(t.Elem(), depth+1)
		f.elem = &elem
	case t.Kind() == reflect.Struct:
		f.kind, f.sub = valueStruct, planOf(t, depth+1)
	default:
		panic("loyalty: no binary form for " + t.String())
	}
	return f
}

// writer collects bytes. It fails on an amount beyond the limits only, which a
// command of the host may hold, and an event never does.
type writer struct {
	b   []byte
	err error
}

// structure writes v, a struct of the plan's type.
func (w *writer) structure(p *plan, v reflect.Value) {
	for i := range p.fields {
		f := &p.fields[i]
		field := v.Field(f.index)
		if f.absent(field) {
			continue
		}
		w.b = binary.AppendUvarint(w.b, uint64(i+1))
		w.value(f, field)
	}
	w.b = append(w.b, 0)
}

func (w *writer) text(s string) { w.b = append(binary.AppendUvarint(w.b, uint64(len(s))), s...) }

// absent reports whether the value goes without saying.
func (f *fieldPlan) absent(v reflect.Value) bool {
	switch f.kind {
	case valueInt:
		return v.Int() == 0
	case valueUint:
		return v.Uint() == 0
	case valueBool:
		return !v.Bool()
	case valueString, valueBytes, valueSlice:
		return v.Len() == 0
	case valueAmount:
		a, _ := reflect.TypeAssert[Amount](v)
		return a.IsZero()
	default:
		return v.IsZero()
	}
}

func (w *writer) value(f *fieldPlan, v reflect.Value) {
	switch f.kind {
	case valueInt:
		w.b = binary.AppendVarint(w.b, v.Int())
	case valueUint:
		w.b = binary.AppendUvarint(w.b, v.Uint())
	case valueBool:
		w.b = append(w.b, 0)
		if v.Bool() {
			w.b[len(w.b)-1] = 1
		}
	case valueString:
		w.text(v.String())
	case valueBytes:
		w.b = append(binary.AppendUvarint(w.b, uint64(v.Len())), v.Bytes()...)
	case valueAmount:
		a, _ := reflect.TypeAssert[Amount](v)
		if err := a.check(); err != nil {
			w.err = err
			return
		}
		w.text(amount.Text(a.Decimal()))
	case valueFrac:
		x, _ := reflect.TypeAssert[frac](v)
		w.frac(x)
	case valueStruct:
		w.structure(f.sub, v)
	case valuePointer:
		w.value(f.elem, v.Elem())
	default:
		w.b = binary.AppendUvarint(w.b, uint64(v.Len()))
		for i := range v.Len() {
			w.value(f.elem, v.Index(i))
		}
	}
}

// frac writes numerator and denominator less one; a big one has a marker and its
// text.
func (w *writer) frac(f frac) {
	if f.b == nil {
		w.b = binary.AppendVarint(binary.AppendUvarint(w.b, uint64(f.d)), f.n) //nolint:gosec // never negative
		return
	}
	w.b = binary.AppendUvarint(w.b, 1<<63)
	w.text(f.b.RatString())
}

// appendCommand writes what the hash of a command is taken of: everything but the
// key. Equal amounts and equal instants are written alike.
func appendCommand(b []byte, c *Command) ([]byte, error) {
	kind := c.Do.Command()
	if int(kind) >= len(actionPlans) || actionPlans[kind] == nil {
		return nil, fmt.Errorf("%w: no action of kind %d", ErrCommand, kind)
	}
	w := writer{b: append(b, binaryForm, byte(kind))}
	w.text(c.Account)
	w.b = binary.AppendVarint(w.b, int64(InstantOf(c.At)))
	w.text(c.By)
	w.structure(actionPlans[kind], reflect.ValueOf(c.Do))
	return w.b, w.err
}

// appendEvents writes the events of one commit to one account. They share account,
// key, hash, recorded time and programme, and their numbers follow on.
func appendEvents(b []byte, events []Event, key string, hash Hash) []byte {
	first := &events[0]
	w := writer{b: append(b, binaryForm, EventVersion)}
	w.b = binary.AppendUvarint(w.b, first.Seq)
	w.b = binary.AppendVarint(w.b, int64(first.Recorded))
	w.text(first.Program)
	w.text(key)
	w.b = append(w.b, hash[:]...)
	w.b = binary.AppendUvarint(w.b, uint64(len(events)))
	for i := range events {
		w.event(&events[i])
	}
	return w.b
}

func (w *writer) event(e *Event) {
	flags := byte(0)
	if e.Key != "" {
		flags |= hasKey
	}
	if len(e.Alive) > 0 {
		flags |= hasAlive
	}
	w.b = append(w.b, byte(e.Kind()), flags)
	w.b = binary.AppendVarint(w.b, int64(e.Effective)-int64(e.Recorded))
	if len(e.Alive) > 0 {
		w.b = binary.AppendUvarint(w.b, uint64(len(e.Alive)))
		for j := range e.Alive {
			w.structure(alivePlan, reflect.ValueOf(&e.Alive[j]).Elem())
		}
	}
	w.structure(bodyPlans[e.Kind()], reflect.ValueOf(e.Body).Elem())
}

// uniform reports whether events can share a binary head.
func uniform(events []Event, key string) bool {
	for i := range events {
		e := &events[i]
		if e.Account != events[0].Account || e.Recorded != events[0].Recorded || e.Program != events[0].Program ||
			e.Seq != events[0].Seq+uint64(i) || (e.Key != "" && e.Key != key) || e.Kind() == 0 {
			return false
		}
	}
	return true
}

// reader reads the binary form; the first fault sticks.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) fail() { r.bad, r.b = true, nil }

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) int() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail()
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	p := r.b[:n]
	r.b = r.b[n:]
	return p
}

func (r *reader) string() string { return string(r.take(r.uint())) }

func (p *plan) readStruct(r *reader, v reflect.Value) {
	last := uint64(0)
	for {
		n := r.uint()
		if n == 0 || r.bad {
			return
		}
		if n <= last || n > uint64(len(p.fields)) {
			r.fail()
			return
		}
		last = n
		f := &p.fields[n-1]
		f.readValue(r, v.Field(f.index))
	}
}

func (f *fieldPlan) readValue(r *reader, v reflect.Value) {
	switch f.kind {
	case valueInt:
		n := r.int()
		if v.OverflowInt(n) {
			r.fail()
			return
		}
		v.SetInt(n)
	case valueUint:
		n := r.uint()
		if v.OverflowUint(n) {
			r.fail()
			return
		}
		v.SetUint(n)
	case valueBool:
		v.SetBool(r.byte() == 1)
	case valueString:
		v.SetString(r.string())
	case valueBytes:
		v.SetBytes(bytes.Clone(r.take(r.uint())))
	case valueAmount:
		d, err := amount.Parse(r.string())
		if err != nil {
			r.fail()
			return
		}
		v.Set(reflect.ValueOf(Amount(d)))
	case valueFrac:
		v.Set(reflect.ValueOf(r.frac()))
	case valueStruct:
		f.sub.readStruct(r, v)
	case valuePointer:
		p := reflect.New(f.elem.typ)
		f.elem.readValue(r, p.Elem())
		v.Set(p)
	default:
		n := r.uint()
		if n > uint64(len(r.b)) || n > maxStoredList { // every element has at least a byte
			r.fail()
			return
		}
		list := reflect.MakeSlice(f.typ, int(n), int(n)) //nolint:gosec // bounded above
		for i := range int(n) {                          //nolint:gosec // bounded above
			if r.bad {
				return
			}
			f.elem.readValue(r, list.Index(i))
		}
		v.Set(list)
	}
}

func (r *reader) frac() (f frac) {
	d := r.uint()
	if d < 1<<63 {
		return frac{n: r.int(), d: int64(d)}
	}
	if err := f.UnmarshalText([]byte(r.string())); err != nil {
		r.fail()
	}
	return f
}

// commitBody is the events of an entry with what they share.
type commitBody struct {
	key    string
	hash   Hash
	events []Event
}

// readEvents reads the body of an entry in either form. Faults unwrap to [ErrData],
// and to [ErrUnknown] for a kind or a version that is newer than this package.
func readEvents(account string, body []byte) (commitBody, error) {
	if len(body) > 0 && body[0] == '[' {
		return readJSONEvents(body)
	}
	r := &reader{b: body}
	form, version := r.byte(), r.byte()
	if form != binaryForm {
		return commitBody{}, fmt.Errorf("%w: entry of form %d", ErrData, form)
	}
	if version < 1 || version > EventVersion {
		return commitBody{}, fmt.Errorf("%w: version %d", ErrUnknown, version)
	}
	first, recorded, program := r.uint(), Instant(r.int()), r.string()
	c := commitBody{key: r.string()}
	copy(c.hash[:], r.take(uint64(len(c.hash))))
	n := r.uint()
	if n > uint64(len(r.b)) {
		return commitBody{}, fmt.Errorf("%w: entry with %d events in %d bytes", ErrData, n, len(r.b))
	}
	c.events = make([]Event, n)
	for i := range c.events {
		e := &c.events[i]
		kind, flags := r.byte(), r.byte()
		if int(kind) >= len(bodyPlans) || bodyPlans[kind] == nil {
			if r.bad {
				break
			}
			return commitBody{}, fmt.Errorf("%w: kind %d", ErrUnknown, kind)
		}
		*e = Event{Account: account, Seq: first + uint64(i), Recorded: recorded, Program: program, Hash: c.hash}
		if flags&hasKey != 0 {
			e.Key = c.key
		}
		e.Effective = Instant(int64(recorded) + r.int())
		if flags&hasAlive != 0 {
			e.Alive = r.alive()
		}
		p := bodyPlans[kind]
		v := reflect.New(p.typ)
		p.readStruct(r, v.Elem())
		e.Body, _ = reflect.TypeAssert[Body](v)
	}
	if r.bad || len(r.b) > 0 {
		return commitBody{}, fmt.Errorf("%w: entry body is damaged", ErrData)
	}
	return c, nil
}

func (r *reader) alive() []Alive {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	list := make([]Alive, n)
	for i := range list {
		alivePlan.readStruct(r, reflect.ValueOf(&list[i]).Elem())
	}
	return list
}

func readJSONEvents(body []byte) (c commitBody, err error) {
	if err := json.Unmarshal(body, &c.events); err != nil {
		return commitBody{}, fmt.Errorf("%w: %w", ErrData, err)
	}
	for i := range c.events {
		if c.events[i].Key != "" {
			c.key = c.events[i].Key
		}
		c.hash = c.events[i].Hash
	}
	return c, nil
}

// appendResult writes a result as the receipt of a commit.
func appendResult(b []byte, res *Result) []byte {
	w := writer{b: append(b, binaryForm)}
	w.structure(resultPlan, reflect.ValueOf(res).Elem())
	return w.b
}

// readResult reads a receipt, binary or JSON.
func readResult(body []byte) (res Result, err error) {
	if len(body) > 0 && body[0] == '{' {
		if err := json.Unmarshal(body, &res); err != nil {
			return Result{}, fmt.Errorf("%w: %w", ErrData, err)
		}
		return res, nil
	}
	r := &reader{b: body}
	if r.byte() != binaryForm {
		return Result{}, fmt.Errorf("%w: receipt of an unknown form", ErrData)
	}
	resultPlan.readStruct(r, reflect.ValueOf(&res).Elem())
	if r.bad || len(r.b) > 0 {
		return Result{}, fmt.Errorf("%w: receipt is damaged", ErrData)
	}
	return res, nil
}
