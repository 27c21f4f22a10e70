package metrics

import (
	"iter"
	"time"
)

// GroupedSummaries is [Purchases.Summaries] for rows that arrive sorted by customer
// key (bytes ascending, as ORDER BY key COLLATE "C" gives; any order within a
// customer): it holds one customer at a time, so memory does not grow with the
// number of customers. Rows without a customer and rows of zero are passed over.
//
// Keys that fall are [ErrInconsistent]: the same customer could come twice. The
// sequence ends after the first error. A nil zone, a date that does not exist and
// unknown rules are reported by the first element.
func GroupedSummaries[P Purchase](rows iter.Seq[P], zone *time.Location, last Date, opts *SummaryOptions) iter.Seq2[PurchaseSummary, error] {
	return func(yield func(PurchaseSummary, error) bool) {
		acc, err := NewPurchases(zone, nil)
		if err != nil {
			yield(PurchaseSummary{}, err)
			return
		}
		rules, end, err := acc.rules(last, opts)
		if err != nil {
			yield(PurchaseSummary{}, err)
			return
		}
		current := ""
		var scratch []dayCell
		flush := func() bool {
			var s PurchaseSummary
			ok, err := false, error(nil)
			if scratch, err = acc.log.single(scratch); err == nil {
				s, ok, err = rules.summarise(scratch, end, &summaryTally{})
			}
			acc.log.reset()
			if err != nil {
				yield(PurchaseSummary{}, err)
				return false
			}
			s.Customer, s.places = current, acc.scale()
			return !ok || yield(s, nil)
		}
		for row := range rows {
			key := row.CustomerKey()
			if key != current && key != "" {
				if key < current {
					yield(PurchaseSummary{}, fault(ErrInconsistent, "customer", clip(key), "after "+clip(current)+": rows are not sorted"))
					return
				}
				if !flush() {
					return
				}
				current = key
			}
			if err := acc.Add(key, row.At(), row.Amount()); err != nil {
				yield(PurchaseSummary{}, err)
				return
			}
		}
		flush()
	}
}
