package fold_test

import (
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/metrics"
)

// Types that hold a tally, which nobody registered, somewhere inside.
type (
	inField   struct{ Inner tally }
	inSlice   struct{ Inner []tally }
	inMap     struct{ Inner map[string]tally }
	byPointer struct{ Inner *tally }
	inArray   struct{ Inner [2]tally }
	inDepth   struct{ Outer []inMap }
	embedded  struct{ tally }
)

func toTally(Row) tally                                   { return tally{1} }
func toKV(Row) (string, tally)                            { return "k", tally{1} }
func toKVKey(Row) (int64, inDepth)                        { return 1, inDepth{} }
func toInField(Row) inField                               { return inField{} }
func toInSlice(Row) inSlice                               { return inSlice{} }
func toInMap(Row) inMap                                   { return inMap{} }
func toByPointer(Row) byPointer                           { return byPointer{} }
func toInArray(Row) inArray                               { return inArray{} }
func toEmbedded(Row) embedded                             { return embedded{} }
func toSlice(Row) []tally                                 { return nil }
func toPointer(Row) *tally                                { return nil }
func addTally(a, b tally) tally                           { a.Merge(b); return a }
func withSide(r Row, _ tally) Row                         { return r }
func withSideList(r Row, _ []tally) Row                   { return r }
func withSideIter(r Row, _ func(*tally) bool) Row         { return r }
func groupedTallies(k string, _ func(*tally) bool) string { return k }
func keyedRow(r Row) (string, Row)                        { return "k", r }
func emitting(r Row, emit func(Row), side func(tally))    { emit(r) }

func init() {
	for _, fn := range []any{
		toTally, toKV, toKVKey, toInField, toInSlice, toInMap, toByPointer, toInArray, toEmbedded, toSlice, toPointer, addTally, withSide, withSideList,
		withSideIter, groupedTallies, keyedRow, emitting,
	} {
		beam.RegisterFunction(fn)
	}
	register.Emitter1[tally]()
}

// Wherever in a pipeline an unregistered accumulator travels, it is refused by name.
func TestEveryPlaceOfAnAccumulatorIsLookedAt(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func(s beam.Scope, rows beam.PCollection){
		"accumulator of combine": func(s beam.Scope, rows beam.PCollection) { beam.Combine(s, &countRows{}, rows) },
		"accumulator of combine per key": func(s beam.Scope, rows beam.PCollection) {
			beam.CombinePerKey(s, &countRows{}, beam.ParDo(s, keyedRow, rows))
		},
		"element":                func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toTally, rows) },
		"combined by a function": func(s beam.Scope, rows beam.PCollection) { beam.Combine(s, addTally, beam.ParDo(s, toTally, rows)) },
		"value of a key":         func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toKV, rows) },
		"grouped by key": func(s beam.Scope, rows beam.PCollection) {
			beam.ParDo(s, groupedTallies, beam.GroupByKey(s, beam.ParDo(s, toKV, rows)))
		},
		"deep in the value of a key": func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toKVKey, rows) },
		"side input": func(s beam.Scope, rows beam.PCollection) {
			beam.ParDo(s, withSide, rows, beam.SideInput{Input: beam.ParDo(s, toTally, rows)})
		},
		"side input as a list": func(s beam.Scope, rows beam.PCollection) {
			beam.ParDo(s, withSideList, rows, beam.SideInput{Input: beam.ParDo(s, toTally, rows)})
		},
		"side input one by one": func(s beam.Scope, rows beam.PCollection) {
			beam.ParDo(s, withSideIter, rows, beam.SideInput{Input: beam.ParDo(s, toTally, rows)})
		},
		"second output":      func(s beam.Scope, rows beam.PCollection) { beam.ParDo2(s, emitting, rows) },
		"created":            func(s beam.Scope, _ beam.PCollection) { beam.Create(s, tally{1}) },
		"reshuffled":         func(s beam.Scope, rows beam.PCollection) { beam.Reshuffle(s, beam.ParDo(s, toTally, rows)) },
		"field":              func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toInField, rows) },
		"slice in a field":   func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toInSlice, rows) },
		"map in a field":     func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toInMap, rows) },
		"pointer in a field": func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toByPointer, rows) },
		"array in a field":   func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toInArray, rows) },
		"embedded":           func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toEmbedded, rows) },
		"pointer":            func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toPointer, rows) },
		"slice":              func(s beam.Scope, rows beam.PCollection) { beam.ParDo(s, toSlice, rows) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := beam.NewPipelineWithRoot()
			rows := beam.ParDo(s, &makeRows{}, beam.CreateList(s, []Shard{{1, 2}}))
			build(s, rows)
			err := fold.Check(p)
			require.ErrorIs(t, err, fold.ErrLosesState)
			require.Regexp(t, `unexported field \S*(n|tally);`, err.Error())
		})
	}
}

// forgetful is a rule whose configuration would stay at home.
type forgetful struct{ scale int64 }

func (forgetful) Empty() (*metrics.NetPromoter, error) { return &metrics.NetPromoter{}, nil }

func (f forgetful) Add(acc *metrics.NetPromoter, r Row) error { return acc.Add(int(r.N * f.scale)) }

// A rule of which a field would not travel is a programmer's error.
func TestForgetfulRuleIsRefused(t *testing.T) {
	t.Parallel()
	defer func() {
		err, _ := recover().(error)
		require.ErrorIs(t, err, fold.ErrLosesState)
		require.ErrorContains(t, err, "forgetful.scale")
	}()
	fold.RegisterRule[forgetful]()
}
