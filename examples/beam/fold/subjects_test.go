package fold_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/sketch"
	"github.com/rapport-go/rapport/metrics/survival"
)

// A subject is one accumulator under test.
type subject struct {
	of reflect.Type
	// onePass is a plain loop over the rows.
	onePass func(rows []Row) ([]byte, error)
	// sharded folds the rows in shards, each of which travels through its coder, and
	// merges them pair by pair in an order that the source of randomness chooses.
	sharded func(rows []Row, shards int, random *rand.Rand) ([]byte, error)
	// combined is the combine function in a pipeline, as a line of text.
	combined func(s beam.Scope, rows beam.PCollection) beam.PCollection
}

var subjects = []subject{
	subjectOf[metrics.Attainment](),
	subjectOf[metrics.Backlog](),
	subjectOf[metrics.Base](),
	subjectOf[metrics.Calls](),
	subjectOf[metrics.Contacts](),
	subjectOf[metrics.Durations](),
	subjectOf[metrics.NetPromoter](),
	subjectOf[metrics.Proportion](),
	subjectOf[metrics.Purchases](),
	subjectOf[metrics.Ratings](),
	subjectOf[metrics.RecurringRevenue](),
	subjectOf[metrics.Retention](),
	subjectOf[metrics.RevenueMovement](),
	subjectOf[metrics.Service](),
	subjectOf[metrics.Spending](),
	subjectOf[metrics.TwoArm](),
	subjectOf[metrics.WeightedMean](),
	subjectOf[metrics.WeightedNetPromoter](),
	subjectOf[clv.Patterns](),
	subjectOf[clv.Renewals](),
	subjectOf[clv.Segments](),
	subjectOf[clv.SpendData](),
	subjectOf[cohort.Log](),
	subjectOf[cohort.Matrix](),
	subjectOf[sketch.Distinct](),
	subjectOf[sketch.Moments](),
	subjectOf[sketch.Quantiles](),
	subjectOf[survival.Table](),
}

func subjectOf[A any]() subject {
	fold.RegisterRule[Sample[A]]()
	return subject{
		of:      reflect.TypeFor[A](),
		onePass: onePass[A],
		sharded: sharded[A],
		combined: func(s beam.Scope, rows beam.PCollection) beam.PCollection {
			states := beam.Combine(s, fold.Over(Sample[A]{}), rows)
			return beam.ParDo(s, &fold.Line[A]{Name: reflect.TypeFor[A]().String()}, states)
		},
	}
}

func onePass[A any](rows []Row) ([]byte, error) {
	rule := Sample[A]{}
	acc, err := rule.Empty()
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		if err := rule.Add(acc, row); err != nil {
			return nil, err
		}
	}
	return fold.Marshal(acc)
}

func sharded[A any](rows []Row, shards int, random *rand.Rand) ([]byte, error) {
	fn := fold.Over(Sample[A]{})
	states := make([]fold.State[A], shards)
	for i := range states {
		if random.IntN(3) > 0 { // the others begin as a zero value
			var err error
			if states[i], err = fn.CreateAccumulator(); err != nil {
				return nil, err
			}
		}
	}
	for _, i := range random.Perm(len(rows)) {
		to := random.IntN(shards)
		if random.IntN(4) == 0 {
			to = 0 // so that some shards stay empty
		}
		var err error
		if states[to], err = fn.AddInput(states[to], rows[i]); err != nil {
			return nil, err
		}
	}
	for len(states) > 1 {
		i := random.IntN(len(states) - 1)
		a, err := travel(states[i], random)
		if err != nil {
			return nil, err
		}
		b, err := travel(states[i+1], random)
		if err != nil {
			return nil, err
		}
		if random.IntN(2) == 0 {
			a, b = b, a
		}
		if a, err = fn.MergeAccumulators(a, b); err != nil {
			return nil, err
		}
		states[i] = a
		states = append(states[:i+1], states[i+2:]...)
	}
	result, err := fn.Rule.Empty()
	if err != nil {
		return nil, err
	}
	last, err := travel(states[0], random)
	if err != nil {
		return nil, err
	}
	if err := last.Into(result); err != nil {
		return nil, err
	}
	return fold.Marshal(result)
}

// travel sends a state through the coder that Beam infers for it, two times in three.
func travel[A any](s fold.State[A], random *rand.Rand) (fold.State[A], error) {
	if random.IntN(3) == 0 {
		return s, nil
	}
	out, err := carried(reflect.TypeFor[fold.State[A]](), s)
	if err != nil {
		return s, err
	}
	return out.(fold.State[A]), nil
}

func carried(t reflect.Type, v any) (any, error) {
	var buf bytes.Buffer
	if err := beam.NewElementEncoder(t).Encode(v, &buf); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return beam.NewElementDecoder(t).Decode(&buf)
}
