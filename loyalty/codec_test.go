package loyalty

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"reflect"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fill sets every field of a value at random.
func fill(t *rapid.T, v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[Amount]():
		a, err := ParseAmount(Amount(decimal.New(rapid.Int64().Draw(t, "coefficient"), rapid.Int32Range(-18, 18).Draw(t, "exponent"))).String())
		if err == nil && !a.IsZero() {
			v.Set(reflect.ValueOf(a))
		}
		return
	case reflect.TypeFor[frac]():
		f := ratio(rapid.Int64Range(-1<<62, 1<<62).Draw(t, "n"), rapid.Int64Range(1, 1<<62).Draw(t, "d"))
		if rapid.IntRange(0, 9).Draw(t, "big") == 0 {
			f = frac{b: new(big.Rat).SetFrac(new(big.Int).Lsh(big.NewInt(f.n|1), 80), big.NewInt(7))}
		}
		v.Set(reflect.ValueOf(f))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	case reflect.Pointer:
		if rapid.Bool().Draw(t, "set") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem())
			if v.Elem().Kind() == reflect.Struct && v.Elem().IsZero() {
				v.SetZero()
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(`{"state":1}`))
			return
		}
		n := rapid.IntRange(0, 3).Draw(t, "length")
		if n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range n {
			fill(t, v.Index(i))
		}
	case reflect.String:
		v.SetString(rapid.String().Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	default:
		if v.CanInt() {
			v.SetInt(rapid.Int64Range(-1<<(v.Type().Bits()-1), 1<<(v.Type().Bits()-1)-1).Draw(t, "int"))
			return
		}
		v.SetUint(rapid.Uint64Range(0, 1<<(v.Type().Bits()-1)).Draw(t, "uint"))
	}
}

func someEvents(t *rapid.T) []Event {
	events := make([]Event, rapid.IntRange(1, 4).Draw(t, "events"))
	recorded := Instant(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "recorded"))
	first := rapid.Uint64Range(1, 1<<40).Draw(t, "seq")
	for i := range events {
		kind := rapid.IntRange(1, len(eventBodies)-1).Draw(t, "kind")
		body := reflect.New(bodyPlans[kind].typ)
		fill(t, body.Elem())
		events[i] = Event{
			Account: "m", Seq: first + uint64(i), Recorded: recorded, Program: "p@1", Hash: Hash{1, 2},
			Effective: recorded + Instant(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "effective")), Body: body.Interface().(Body),
		}
		if rapid.Bool().Draw(t, "own") {
			events[i].Key = "k"
		}
		if rapid.Bool().Draw(t, "alive") {
			events[i].Alive = []Alive{{Wallet: "points", Until: 5}, {Wallet: "miles"}}
		}
	}
	return events
}

func TestBinaryEventsRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		events := someEvents(t)
		require.True(t, uniform(events, "k"))
		b := appendEvents(nil, events, "k", Hash{1, 2})
		c, err := readEvents("m", b)
		require.NoError(t, err)
		require.Equal(t, events, c.events)
		require.Equal(t, "k", c.key)
		require.Equal(t, Hash{1, 2}, c.hash)
		require.Equal(t, b, appendEvents(nil, c.events, "k", Hash{1, 2}), "equal events give equal bytes")
		for n := range b {
			_, err := readEvents("m", b[:n])
			require.Error(t, err, "cut to %d of %d bytes", n, len(b))
		}
		_, err = readEvents("m", append(b, 0))
		require.ErrorIs(t, err, ErrData)
	})
}

func TestBinaryResultRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var res Result
		fill(t, reflect.ValueOf(&res).Elem())
		back, err := readResult(appendResult(nil, &res))
		require.NoError(t, err)
		require.Equal(t, res, back)
	})
}

// Every kind of event and of action has a plan, so that none is forgotten.
func TestEveryKindHasABinaryForm(t *testing.T) {
	t.Parallel()
	for kind := EventKind(1); kind <= EvExtended; kind++ {
		require.NotNil(t, bodyPlans[kind], kind)
		require.Equal(t, kind, eventBodies[kind].Event())
	}
	require.Len(t, bodyPlans, int(EvExtended)+1)
	for kind := CommandKind(1); kind <= CmdExtend; kind++ {
		require.NotNil(t, actionPlans[kind], kind)
		require.Equal(t, kind, actions[kind].Command())
	}
	require.Len(t, actionPlans, int(CmdExtend)+1)
}

// The bytes of stored entries never change: these are what the first release wrote.
func TestBinaryFormIsFixed(t *testing.T) {
	t.Parallel()
	events := []Event{
		{
			Account: "m", Seq: 7, Effective: 1_000_000, Recorded: 1_000_005, Program: "p@1", Key: "k", Alive: []Alive{{Wallet: "w", Until: 9}},
			Body: &Issued{Lot: 3, Wallet: "w", Points: 250, Origin: FromEarn, Expires: 77, Lines: []LinePoints{{"a", 250}}},
		},
		{Account: "m", Seq: 8, Effective: 1_000_005, Recorded: 1_000_005, Program: "p@1", Body: &Drawn{Wallet: "w", Points: 5, Draws: []Draw{{3, 5}}}},
	}
	const want = "0101078a897a03704031016b" + "0900000000000000000000000000000000000000000000000000000000000000" + "02" +
		"0303" + "09" + "01" + "0101770212" + "00" + "0103" + "020177" + "03f403" + "0402" + "0b9a01" + "0f0101016102f40300" + "00" +
		"0700" + "00" + "010177" + "020a" + "03010103020a00" + "00"
	require.Equal(t, want, hex.EncodeToString(appendEvents(nil, events, "k", Hash{9})))
	res := Result{Kind: CmdEarn, Lots: []LotID{3}, Earned: 250, Cash: MustAmount("1.50")}
	require.Equal(t, "01"+"0103"+"030103"+"04f403"+"1103312e35"+"00", hex.EncodeToString(appendResult(nil, &res)))
	c := Command{Key: "k", Account: "m", At: time.UnixMicro(1_000_005), By: "b", Do: Redeem{Points: 5, Basket: []string{"x"}}}
	b, err := appendCommand(nil, &c)
	require.NoError(t, err)
	require.Equal(t, "0105"+"016d"+"8a897a"+"0162"+"020a"+"03010178"+"00", hex.EncodeToString(b))
}

func TestUnknownStoredForms(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		body string
		want error
	}{
		{"empty", "", ErrData},
		{"another form", "\x07\x01", ErrData},
		{"a newer version", "\x01\x63", ErrUnknown},
		{"a newer kind", "\x01\x01\x01\x02\x00\x00" + string(make([]byte, 32)) + "\x01\xfe\x00\x00\x00", ErrUnknown},
		{"JSON that is none", "[{", ErrData},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			_, err := readEvents("m", []byte(r.body))
			require.ErrorIs(t, err, r.want)
		})
	}
	_, err := readResult([]byte{9})
	require.ErrorIs(t, err, ErrData)
	_, err = readResult([]byte(`{"kind":`))
	require.ErrorIs(t, err, ErrData)
}

// JSON entries and receipts are read like binary ones.
func TestJSONFormIsRead(t *testing.T) {
	t.Parallel()
	events := []Event{{Account: "m", Seq: 1, Effective: 5, Recorded: 5, Key: "k", Hash: Hash{3}, Program: "p@1", Body: &Drawn{Wallet: "w", Points: 5, Draws: []Draw{{3, 5}}}}}
	b, err := json.Marshal(events)
	require.NoError(t, err)
	c, err := readEvents("m", b)
	require.NoError(t, err)
	require.Equal(t, events, c.events)
	require.Equal(t, "k", c.key)
	require.Equal(t, Hash{3}, c.hash)
	res := Result{Kind: CmdEarn, Earned: 3}
	if b, err = json.Marshal(res); err == nil {
		back, err := readResult(b)
		require.NoError(t, err)
		require.Equal(t, res, back)
	}
}

func TestCommandHash(t *testing.T) {
	t.Parallel()
	base := Command{Key: "k", Account: "m", At: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), Do: Purchase{Order: "o", Lines: []Line{{ID: "1", Amount: MustAmount("19.9")}}}}
	hash := func(change func(*Command)) Hash {
		c := base
		change(&c)
		h, err := c.Hash()
		require.NoError(t, err)
		return h
	}
	same := hash(func(*Command) {})
	require.Equal(t, same, hash(func(c *Command) { c.Key = "another" }), "the key is no part of it")
	require.Equal(t, same, hash(func(c *Command) { c.At = c.At.In(time.FixedZone("x", 3600)) }))
	require.Equal(t, same, hash(func(c *Command) {
		c.Do = Purchase{Order: "o", Lines: []Line{{ID: "1", Amount: MustAmount("19.90")}}, Labels: []string{}}
	}))
	for name, change := range map[string]func(*Command){
		"account": func(c *Command) { c.Account = "n" },
		"time":    func(c *Command) { c.At = c.At.Add(time.Microsecond) },
		"by":      func(c *Command) { c.By = "x" },
		"amount":  func(c *Command) { c.Do = Purchase{Order: "o", Lines: []Line{{ID: "1", Amount: MustAmount("19.91")}}} },
		"kind":    func(c *Command) { c.Do = Tick{} },
	} {
		require.NotEqual(t, same, hash(change), name)
	}
	beyond := base
	beyond.Do = Purchase{Order: "o", Lines: []Line{{ID: "1", Amount: Amount(decimal.New(1, 1e8))}}}
	_, err := beyond.Hash()
	require.ErrorIs(t, err, ErrAmount)
	beyond.Do = nil
	_, err = beyond.Hash()
	require.ErrorIs(t, err, ErrCommand)
}

func FuzzReadEvents(f *testing.F) {
	events := []Event{{Account: "m", Seq: 1, Effective: 5, Recorded: 5, Key: "k", Program: "p@1", Body: &Issued{Lot: 3, Wallet: "w", Points: 250}}}
	f.Add(appendEvents(nil, events, "k", Hash{3}))
	f.Add([]byte(`[{"account":"m","seq":1,"kind":"issued","v":1,"body":{}}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := readEvents("m", b)
		if err != nil || len(c.events) == 0 || b[0] != binaryForm || !uniform(c.events, c.key) {
			return
		}
		again := appendEvents(nil, c.events, c.key, c.hash)
		back, err := readEvents("m", again)
		require.NoError(t, err)
		require.Equal(t, again, appendEvents(nil, back.events, back.key, back.hash))
	})
}
