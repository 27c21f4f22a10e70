package web

import (
	"net/http"
	"strings"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

type dashboardView struct {
	desk.Dashboard
	Zone string
}

// dashboardPage shows how the shop stands with its customers.
func (s *Server) dashboardPage(w http.ResponseWriter, r *http.Request) error {
	d, err := s.desk.Dashboard(r.Context())
	if err != nil {
		return err
	}
	head, err := s.desk.Head(r.Context())
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, "dashboard", "How the shop stands", dashboardView{Dashboard: d, Zone: head.Zone})
}

// methods say in words how a figure is worked out, by the beginning of its name. The
// figure's own note says what this one rests on.
var methods = []struct{ name, text string }{
	{"nps", "Share of answers of 9 and 10 minus the share of 0 to 6, in points from −100 to 100. The interval is the adjusted Wald interval: were the survey repeated, such intervals would hold the true score in so many of a hundred cases."},
	{"csat", "Share of answers in the two highest boxes among all answers. The interval is Wilson's."},
	{"ces", "Mean agreement that it was easy, from 1 to 7, with the interval of the mean."},
	{"crr", "Customers at the end of the quarter without those who are new, among those at its start. As the field prints it, this counts customers who came back as kept."},
	{"retention", "Of the customers who were active in the quarter before, those who bought again in this one. Customers who came back after a gap do not count. The interval is Wilson's."},
	{"churn", "Customers lost during the quarter among those at its start. With customers who come back it is not 100 % minus retention."},
	{"customers", "Customers with at least one order who are neither merged away nor erased."},
	{"clv", "Expected orders of the next twelve months from each customer's own history (recency and frequency against everybody's), times the expected value of an order, discounted. The spread is shown as a distribution, since a mean alone hides that most customers are worth little and few are worth much."},
	{"value", "Expected orders of the next twelve months from each customer's own history, times the expected value of an order, discounted. The spread is shown as a distribution."},
	{"cltv", "Average purchase value times average purchase frequency times average customer lifespan, as the textbooks print it."},
	{"sla", "Clocks that were met among those that have ended. Clocks run in working time where the policy says so; open ones do not count yet."},
	{"attainment", "Clocks that were met among those that have ended. Clocks run in working time where the policy says so; open ones do not count yet."},
	{"backlog", "Cases that are neither resolved nor closed at this moment."},
	{"points", "Sums over the ledgers of every account. What was issued is always active, held, pending, redeemed, expired or taken back."},
}

// method finds the words for a figure.
func method(name string) string {
	name = strings.ToLower(name)
	for _, m := range methods {
		if strings.HasPrefix(name, m.name) {
			return m.text
		}
	}
	for _, m := range methods {
		if strings.Contains(name, m.name) {
			return m.text
		}
	}
	return ""
}
