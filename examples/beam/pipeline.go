package main

import (
	"hash/fnv"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/metrics"
)

// plan is what the figures are asked for.
type plan struct {
	sources []Source
	asOf    int64        // nanoseconds since 1970
	last    metrics.Date // of the observation
}

func (p plan) summaries() summaries { return summaries{Days: days{"UTC"}, Last: p.last} }

// spread redistributes orders between reading and folding.
type spread func(beam.Scope, beam.PCollection) beam.PCollection

// pipeline reads the sources and writes every figure's state as a line of the file.
func (p plan) pipeline(redistribute spread, file string) *beam.Pipeline {
	pipe, s := beam.NewPipelineWithRoot()
	orders, answers, contacts := beam.ParDo3(s.Scope("read"), &readSource{}, beam.CreateList(s, p.sources))
	orders = redistribute(s.Scope("redistribute"), orders)
	byCustomer := beam.ParDo(s, groupOf, orders)
	days := beam.DropKey(s, beam.CombinePerKey(s, fold.Over(days{"UTC"}), byCustomer))
	histories := beam.DropKey(s, beam.CombinePerKey(s, fold.Over(history{}), byCustomer))
	textio.Write(s.Scope("write"), file, beam.Flatten(
		s,
		whole(s, "retention", activity{metrics.Quarter, "UTC"}, orders),
		whole(s, "spending", money{}, orders),
		byKey(s, "spending by country", money{}, beam.ParDo(s, countryOf, orders)),
		whole(s, "RFM patterns", p.summaries(), days),
		whole(s, "monetary value", worth{p.summaries()}, days),
		whole(s, "cohorts", cohorts{p.asOf}, histories),
		whole(s, "buyers (sketch)", buyers{precision}, orders),
		whole(s, "order value (sketch)", values{accuracy}, orders),
		whole(s, "order value (moments)", moments{}, orders),
		whole(s, "NPS", promoters{}, answers),
		byKey(s, "NPS by quarter", promoters{}, beam.ParDo(s, quarterOf, answers)),
		whole(s, "CSAT", satisfied{}, answers),
		whole(s, "repeat contacts", repeats{}, contacts),
	))
	return pipe
}

// Settings of the sketches.
const (
	precision = 12
	accuracy  = 0.01
)

// whole folds a collection into one state.
func whole[F fold.Rule[A, R], A, R any](s beam.Scope, name string, rule F, rows beam.PCollection) beam.PCollection {
	s = s.Scope(name)
	return beam.ParDo(s, &fold.Line[A]{Name: name}, beam.Combine(s, fold.Over(rule), rows))
}

// byKey folds the rows of each key.
func byKey[F fold.Rule[A, R], A, R any](s beam.Scope, name string, rule F, rows beam.PCollection) beam.PCollection {
	s = s.Scope(name)
	return beam.ParDo(s, &fold.KeyedLine[A]{Name: name}, beam.CombinePerKey(s, fold.Over(rule), rows))
}

// groups is the number of groups of customers. Every customer is in one of them whole; a
// group for each customer would be as right, and a state for each customer dear.
const groups = 64

func groupOf(o Order) (int, Order) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(o.Customer))
	return int(h.Sum32() % groups), o
}

func countryOf(o Order) (string, Order)   { return o.Country, o }
func quarterOf(a Answer) (string, Answer) { return a.Quarter, a }

func init() {
	register.Function1x2(groupOf)
	register.Function1x2(countryOf)
	register.Function1x2(quarterOf)
}
