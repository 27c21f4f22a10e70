package fold

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/rapport-go/rapport/metrics"
	"github.com/rapport-go/rapport/metrics/clv"
	"github.com/rapport-go/rapport/metrics/cohort"
	"github.com/rapport-go/rapport/metrics/sketch"
	"github.com/rapport-go/rapport/metrics/survival"
)

// registered are the accumulator types with coders. Like the registry of Beam that it
// mirrors, it is written by init functions only.
var registered []reflect.Type

// Register gives an accumulator its coders: for [State] of it, and for the type itself
// and a pointer to it. Call it in an init function.
//
// A type that has MarshalBinary and UnmarshalBinary is written by them. A type that has
// neither is written as JSON, if that keeps all of it: every field is exported or writes
// itself. A type of which a part would be lost, and one without a Merge, is a
// programmer's error and panics.
func Register[A any]() {
	t := reflect.TypeFor[A]()
	if slices.Contains(registered, t) {
		return
	}
	if err := fit(t); err != nil {
		panic(err)
	}
	registered = append(registered, t)
	beam.RegisterCoder(reflect.TypeFor[State[A]](), encodeState, decodeState)
	beam.RegisterCoder(t, encodePlain, decodePlain)
	beam.RegisterCoder(reflect.PointerTo(t), encodePlain, decodePlain)
}

// Registered are the accumulator types with coders, by name.
func Registered() []reflect.Type {
	types := slices.Clone(registered)
	slices.SortFunc(types, func(a, b reflect.Type) int {
		return strings.Compare(a.PkgPath()+"."+a.Name(), b.PkgPath()+"."+b.Name())
	})
	return types
}

var (
	marshaler   = reflect.TypeFor[encoding.BinaryMarshaler]()
	unmarshaler = reflect.TypeFor[encoding.BinaryUnmarshaler]()
)

// fit reports why a type cannot be an accumulator.
func fit(t reflect.Type) error {
	p := reflect.PointerTo(t)
	if _, ok := p.MethodByName("Merge"); !ok {
		return fmt.Errorf("fold: %v has no Merge", t)
	}
	writes, reads := p.Implements(marshaler), p.Implements(unmarshaler)
	switch {
	case writes && reads:
		return nil
	case writes || reads:
		return fmt.Errorf("fold: %v has only one of MarshalBinary and UnmarshalBinary", t)
	}
	return asJSON.loss(t)
}

// All accumulators of metrics; a test holds the list to the wing's source.
func init() {
	Register[metrics.Attainment]()
	Register[metrics.Backlog]()
	Register[metrics.Base]()
	Register[metrics.Calls]()
	Register[metrics.Contacts]()
	Register[metrics.Durations]()
	Register[metrics.NetPromoter]()
	Register[metrics.Proportion]()
	Register[metrics.Purchases]()
	Register[metrics.Ratings]()
	Register[metrics.RecurringRevenue]()
	Register[metrics.Retention]()
	Register[metrics.RevenueMovement]()
	Register[metrics.Service]()
	Register[metrics.Spending]()
	Register[metrics.TwoArm]()
	Register[metrics.WeightedMean]()
	Register[metrics.WeightedNetPromoter]()
	Register[clv.Patterns]()
	Register[clv.Renewals]()
	Register[clv.Segments]()
	Register[clv.SpendData]()
	Register[cohort.Log]()
	Register[cohort.Matrix]()
	Register[sketch.Distinct]()
	Register[sketch.Moments]()
	Register[sketch.Quantiles]()
	Register[survival.Table]()
}
