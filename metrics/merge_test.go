package metrics_test

import (
	"encoding"
	binary32 "encoding/binary"
	"hash/crc32"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/metrics"
)

// row is raw material from which every accumulator makes an input of its own.
type row struct {
	customer string
	at       time.Time
	amount   decimal.Decimal
	score    int
	weight   float64
	yes, too bool
	span     time.Duration
}

func drawRow(t *rapid.T) row {
	start := time.Date(2023, 12, 28, 0, 0, 0, 0, time.UTC)
	return row{
		customer: rapid.SampledFrom([]string{"", "a", "b", "c", "dora"}).Draw(t, "customer"),
		at:       start.Add(time.Duration(rapid.IntRange(0, 500*24).Draw(t, "hour")) * time.Hour),
		amount:   decimal.New(int64(rapid.IntRange(-5000, 20000).Draw(t, "cents")), -2),
		score:    rapid.IntRange(-1, 11).Draw(t, "score"),
		weight:   rapid.Float64Range(0, 5).Draw(t, "weight"),
		yes:      rapid.Bool().Draw(t, "yes"), too: rapid.Bool().Draw(t, "too"),
		span: time.Duration(rapid.Int64Range(0, int64(90*time.Second)).Draw(t, "span")),
	}
}

type binary[S any] interface {
	*S
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// accumulator describes one type to the laws.
type accumulator[S any, P binary[S]] struct {
	fresh func() P
	other func() P // of another configuration; nil where there is none
	add   func(P, row)
	merge func(into, from P) error
}

func newYork(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	return zone
}

func bytesOf[S any, P binary[S]](t require.TestingT, s P) string {
	data, err := s.MarshalBinary()
	require.NoError(t, err)
	return string(data)
}

func (a accumulator[S, P]) laws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(drawRow), 0, 30).Draw(t, "rows")
		var shards [3][]row
		onePass := a.fresh()
		for _, r := range rows {
			a.add(onePass, r)
			i := rapid.IntRange(0, 2).Draw(t, "shard")
			shards[i] = append(shards[i], r)
		}
		shard := func(i int) P {
			s := a.fresh()
			for _, r := range shards[i] {
				a.add(s, r)
			}
			return s
		}
		want := bytesOf[S, P](t, onePass)

		left, right := shard(0), shard(1)
		require.NoError(t, a.merge(left, shard(1)))
		require.NoError(t, a.merge(left, shard(2)))
		require.Equal(t, want, bytesOf[S, P](t, left), "(a+b)+c is one pass")
		require.NoError(t, a.merge(right, shard(2)))
		first := shard(0)
		require.NoError(t, a.merge(first, right))
		require.Equal(t, want, bytesOf[S, P](t, first), "a+(b+c) is one pass")
		last := shard(2)
		require.NoError(t, a.merge(last, shard(1)))
		require.NoError(t, a.merge(last, shard(0)))
		require.Equal(t, want, bytesOf[S, P](t, last), "c+b+a is one pass")
		require.NoError(t, a.merge(last, a.fresh()))
		require.Equal(t, want, bytesOf[S, P](t, last), "the empty state is the identity")
		empty := a.fresh()
		require.NoError(t, a.merge(empty, last))
		require.Equal(t, want, bytesOf[S, P](t, empty))

		back := a.fresh()
		require.NoError(t, back.UnmarshalBinary([]byte(want)))
		require.Equal(t, want, bytesOf[S, P](t, back), "round trip")

		damaged := []byte(want)
		at := rapid.IntRange(0, len(damaged)-1).Draw(t, "damage")
		damaged[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		require.Error(t, back.UnmarshalBinary(damaged))
		require.Error(t, back.UnmarshalBinary([]byte(want)[:at]))
		require.Error(t, back.UnmarshalBinary(append([]byte(want), 0)))
		require.Equal(t, want, bytesOf[S, P](t, back), "refused bytes change nothing")

		if a.other != nil {
			foreign := a.other()
			require.ErrorIs(t, a.merge(back, foreign), metrics.ErrConfig)
			require.ErrorIs(t, foreign.UnmarshalBinary([]byte(want)), metrics.ErrConfig)
			require.Equal(t, want, bytesOf[S, P](t, back))
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// ticket is one case made of a row.
type ticket row

func (r ticket) CaseEvents() []metrics.CaseEvent {
	events := []metrics.CaseEvent{
		{At: r.at, Kind: metrics.CaseOpened},
		{At: r.at.Add(r.span), Kind: metrics.AgentReply, Worked: r.span},
	}
	if r.yes {
		events = append(events, metrics.CaseEvent{At: r.at.Add(2 * r.span), Kind: metrics.CustomerMessage})
	}
	if r.too {
		events = append(events, metrics.CaseEvent{At: r.at.Add(100 * r.span), Kind: metrics.CaseResolved})
	}
	return events
}

func TestMergeLaws(t *testing.T) {
	t.Parallel()
	asOf := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	ny := newYork(t)
	t.Run("NetPromoter", accumulator[metrics.NetPromoter, *metrics.NetPromoter]{
		fresh: func() *metrics.NetPromoter { return &metrics.NetPromoter{} },
		add:   func(n *metrics.NetPromoter, r row) { _ = n.Add(r.score) },
		merge: func(a, b *metrics.NetPromoter) error { return a.Merge(*b) },
	}.laws)
	t.Run("Proportion", accumulator[metrics.Proportion, *metrics.Proportion]{
		fresh: func() *metrics.Proportion { return &metrics.Proportion{} },
		add:   func(p *metrics.Proportion, r row) { _ = p.Add(r.yes) },
		merge: func(a, b *metrics.Proportion) error { return a.Merge(*b) },
	}.laws)
	t.Run("Ratings", accumulator[metrics.Ratings, *metrics.Ratings]{
		fresh: func() *metrics.Ratings { return &metrics.Ratings{} },
		other: func() *metrics.Ratings { return must(metrics.NewRatings(metrics.EffortScale())) },
		add:   func(n *metrics.Ratings, r row) { _ = n.Add(r.score) },
		merge: func(a, b *metrics.Ratings) error { return a.Merge(b) },
	}.laws)
	t.Run("WeightedMean", accumulator[metrics.WeightedMean, *metrics.WeightedMean]{
		fresh: func() *metrics.WeightedMean { return &metrics.WeightedMean{} },
		add:   func(m *metrics.WeightedMean, r row) { _ = m.Add(float64(r.score)/3, r.weight) },
		merge: func(a, b *metrics.WeightedMean) error { return a.Merge(b) },
	}.laws)
	t.Run("WeightedNetPromoter", accumulator[metrics.WeightedNetPromoter, *metrics.WeightedNetPromoter]{
		fresh: func() *metrics.WeightedNetPromoter { return &metrics.WeightedNetPromoter{} },
		add:   func(m *metrics.WeightedNetPromoter, r row) { _ = m.Add(r.score, r.weight-0.1) },
		merge: func(a, b *metrics.WeightedNetPromoter) error { return a.Merge(b) },
	}.laws)
	t.Run("TwoArm", accumulator[metrics.TwoArm, *metrics.TwoArm]{
		fresh: func() *metrics.TwoArm { return &metrics.TwoArm{} },
		add:   func(a *metrics.TwoArm, r row) { _ = a.Add(r.yes, r.too) },
		merge: func(a, b *metrics.TwoArm) error { return a.Merge(*b) },
	}.laws)
	t.Run("Attainment", accumulator[metrics.Attainment, *metrics.Attainment]{
		fresh: func() *metrics.Attainment { return &metrics.Attainment{} },
		add: func(a *metrics.Attainment, r row) {
			fulfilled := time.Time{}
			if r.yes {
				fulfilled = r.at.Add(r.span)
			}
			_ = a.Add(r.at.Add(time.Minute), fulfilled, asOf)
		},
		merge: func(a, b *metrics.Attainment) error { return a.Merge(*b) },
	}.laws)
	t.Run("Retention", accumulator[metrics.Retention, *metrics.Retention]{
		fresh: func() *metrics.Retention { return must(metrics.NewRetention(metrics.Week, ny)) },
		other: func() *metrics.Retention { return must(metrics.NewRetention(metrics.Week, time.UTC)) },
		add:   func(a *metrics.Retention, r row) { _ = a.Add(r.customer, r.at) },
		merge: func(a, b *metrics.Retention) error { return a.Merge(b) },
	}.laws)
	t.Run("Spending", accumulator[metrics.Spending, *metrics.Spending]{
		fresh: func() *metrics.Spending { return &metrics.Spending{} },
		other: func() *metrics.Spending { return must(metrics.NewSpending(&metrics.SpendingOptions{Places: 2})) },
		add:   func(a *metrics.Spending, r row) { _ = a.Add(r.customer, r.at, r.amount) },
		merge: func(a, b *metrics.Spending) error { return a.Merge(b) },
	}.laws)
	t.Run("RecurringRevenue", accumulator[metrics.RecurringRevenue, *metrics.RecurringRevenue]{
		fresh: func() *metrics.RecurringRevenue { return &metrics.RecurringRevenue{} },
		other: func() *metrics.RecurringRevenue {
			return must(metrics.NewRecurringRevenue(&metrics.RecurringOptions{Places: 2}))
		},
		add: func(a *metrics.RecurringRevenue, r row) {
			_ = a.Add(r.customer, must(metrics.MonthOf(r.at, time.UTC)), r.amount)
		},
		merge: func(a, b *metrics.RecurringRevenue) error { return a.Merge(b) },
	}.laws)
	t.Run("Purchases", accumulator[metrics.Purchases, *metrics.Purchases]{
		fresh: func() *metrics.Purchases { return must(metrics.NewPurchases(ny, nil)) },
		other: func() *metrics.Purchases { return must(metrics.NewPurchases(time.UTC, nil)) },
		add:   func(a *metrics.Purchases, r row) { _ = a.Add(r.customer, r.at, r.amount) },
		merge: func(a, b *metrics.Purchases) error { return a.Merge(b) },
	}.laws)
	t.Run("Durations", accumulator[metrics.Durations, *metrics.Durations]{
		fresh: func() *metrics.Durations { return &metrics.Durations{} },
		other: func() *metrics.Durations { return must(metrics.NewDurations(time.Minute)) },
		add: func(a *metrics.Durations, r row) {
			if r.yes {
				_ = a.AddOpen(r.span)
			} else {
				_ = a.Add(r.span)
			}
		},
		merge: func(a, b *metrics.Durations) error { return a.Merge(b) },
	}.laws)
	t.Run("Service", accumulator[metrics.Service, *metrics.Service]{
		fresh: func() *metrics.Service { return must(metrics.NewService(asOf, nil)) },
		other: func() *metrics.Service { return must(metrics.NewService(asOf.Add(1), nil)) },
		add:   func(a *metrics.Service, r row) { _ = a.Add(ticket(r)) },
		merge: func(a, b *metrics.Service) error { return a.Merge(b) },
	}.laws)
	t.Run("Calls", accumulator[metrics.Calls, *metrics.Calls]{
		fresh: func() *metrics.Calls { return &metrics.Calls{} },
		other: func() *metrics.Calls { return must(metrics.NewCalls(&metrics.CallOptions{Within: time.Minute})) },
		add:   func(a *metrics.Calls, r row) { _ = a.Add(r.span, r.yes) },
		merge: func(a, b *metrics.Calls) error { return a.Merge(b) },
	}.laws)
	t.Run("Contacts", accumulator[metrics.Contacts, *metrics.Contacts]{
		fresh: func() *metrics.Contacts { return &metrics.Contacts{} },
		add:   func(a *metrics.Contacts, r row) { _ = a.Add(r.customer, r.at) },
		merge: func(a, b *metrics.Contacts) error { return a.Merge(b) },
	}.laws)
	t.Run("Backlog", accumulator[metrics.Backlog, *metrics.Backlog]{
		fresh: func() *metrics.Backlog { return must(metrics.NewBacklog(metrics.Month, ny)) },
		other: func() *metrics.Backlog { return must(metrics.NewBacklog(metrics.Day, ny)) },
		add: func(a *metrics.Backlog, r row) {
			closed := time.Time{}
			if r.yes {
				closed = r.at.Add(30 * r.span)
			}
			_ = a.Add(r.at, closed)
		},
		merge: func(a, b *metrics.Backlog) error { return a.Merge(b) },
	}.laws)
}

func TestMergeOfCounts(t *testing.T) {
	t.Parallel()
	a := metrics.Base{Start: 3, End: 4, New: 2, Lost: 2, Reactivated: 1}
	b := metrics.Base{Start: 10, End: 9, Lost: 1}
	both := a
	require.NoError(t, both.Merge(b))
	require.Equal(t, metrics.Base{Start: 13, End: 13, New: 2, Lost: 3, Reactivated: 1}, both)
	require.NoError(t, both.Check())
	full := metrics.Base{Start: 1<<63 - 1}
	require.ErrorIs(t, full.Merge(a), metrics.ErrOutOfRange)
	require.Equal(t, metrics.Base{Start: 1<<63 - 1}, full)

	m := metrics.RevenueMovement{Start: decimal.RequireFromString("0.10"), Customers: a}
	require.NoError(t, m.Merge(metrics.RevenueMovement{Start: decimal.RequireFromString("0.20"), Customers: b}))
	require.Equal(t, "0.30", m.Start.StringFixed(2))
	require.Equal(t, both, m.Customers)
}

// FuzzUnmarshal feeds bytes to every type; a frame that is accepted is written back as it
// was read.
func FuzzUnmarshal(f *testing.F) {
	asOf := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	build := []func() encoding.BinaryUnmarshaler{
		func() encoding.BinaryUnmarshaler { return &metrics.NetPromoter{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Proportion{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Ratings{} },
		func() encoding.BinaryUnmarshaler { return &metrics.WeightedMean{} },
		func() encoding.BinaryUnmarshaler { return &metrics.WeightedNetPromoter{} },
		func() encoding.BinaryUnmarshaler { return &metrics.TwoArm{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Attainment{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Retention{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Spending{} },
		func() encoding.BinaryUnmarshaler { return &metrics.RecurringRevenue{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Purchases{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Durations{} },
		func() encoding.BinaryUnmarshaler { return must(metrics.NewService(asOf, nil)) },
		func() encoding.BinaryUnmarshaler { return &metrics.Calls{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Contacts{} },
		func() encoding.BinaryUnmarshaler { return &metrics.Backlog{} },
	}
	for i, fresh := range build {
		data, err := fresh().(encoding.BinaryMarshaler).MarshalBinary()
		require.NoError(f, err)
		f.Add(i, data)
	}
	s := must(metrics.NewPurchases(time.UTC, nil))
	require.NoError(f, s.Add("a", asOf, decimal.New(1234, -2)))
	data, err := s.MarshalBinary()
	require.NoError(f, err)
	f.Add(10, data)
	f.Fuzz(func(t *testing.T, i int, data []byte) {
		fresh := build[uint(i)%uint(len(build))]
		// The checksum would hide the payload from the fuzzer: both forms.
		for _, frame := range [][]byte{data, sealed(data)} {
			acc := fresh()
			if acc.UnmarshalBinary(frame) != nil {
				continue
			}
			back, err := acc.(encoding.BinaryMarshaler).MarshalBinary()
			require.NoError(t, err)
			again := fresh()
			require.NoError(t, again.UnmarshalBinary(back))
			twice, err := again.(encoding.BinaryMarshaler).MarshalBinary()
			require.NoError(t, err)
			require.Equal(t, back, twice)
		}
	})
}

// sealed replaces the last four bytes with the checksum of the others.
func sealed(data []byte) []byte {
	if len(data) < 4 {
		return data
	}
	body := append([]byte(nil), data[:len(data)-4]...)
	return binary32.BigEndian.AppendUint32(body, crc32.ChecksumIEEE(body))
}
