package metrics

import (
	"iter"
	"time"

	"github.com/shopspring/decimal"
)

// An Activity is a host's row that says who did something, and when. An empty key
// means that the customer is not known; such rows are counted and never guessed.
// Methods are called from the goroutine that called the library.
type Activity interface {
	CustomerKey() string
	At() time.Time
}

// A Valued row carries an amount of money in the host's one currency. Refunds are
// negative.
type Valued interface{ Amount() decimal.Decimal }

// A Purchase is an [Activity] with an amount.
type Purchase interface {
	Activity
	Valued
}

// Until turns a stream that can fail into one that cannot: it ends at the first
// error and stores it in fault, which the caller reads after the figure is made.
//
//	var fault error
//	nps := metrics.NetPromoterOf(metrics.Until(rows, &fault))
//	if fault != nil { ... }
func Until[R any](rows iter.Seq2[R, error], fault *error) iter.Seq[R] {
	return func(yield func(R) bool) {
		for row, err := range rows {
			if err != nil {
				*fault = err
				return
			}
			if !yield(row) {
				return
			}
		}
	}
}
