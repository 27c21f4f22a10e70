package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/recommend"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
)

// advisor knows what goes with what. The model is learned again when orders have come,
// and not more than once at a time.
type advisor struct {
	actions *recommend.Actions
	labels  map[string]string

	mu     sync.Mutex
	model  *recommend.Model
	orders int64 // that it was learned from
}

// labels of the actions that the house may take.
func (a *advisor) init() (err error) {
	a.labels = map[string]string{
		"welcome": "Send the welcome letter", "win-back": "Ask what would bring them back", "preview": "Invite to the first look",
		"thanks": "Thank them in person", "survey": "Ask how the last order went",
	}
	const day = 24 * time.Hour
	a.actions, err = recommend.NewActions(
		recommend.Action{ID: "welcome", Value: 8, Propensity: 0.3, Purpose: string(customer.Marketing), Segments: []string{"first-time", "new"}, Cap: 1},
		recommend.Action{ID: "win-back", Value: 30, Propensity: 0.12, Purpose: string(customer.Marketing), Segments: []string{"lapsing"}, CoolDown: 60 * day},
		recommend.Action{ID: "preview", Value: 20, Propensity: 0.25, Purpose: string(customer.Marketing), Segments: []string{"gold", "best"}, CoolDown: 30 * day},
		recommend.Action{ID: "thanks", Value: 5, Propensity: 0.5, Segments: []string{"best", "frequent"}, CoolDown: 90 * day},
		recommend.Action{ID: "survey", Value: 3, Propensity: 0.3, Purpose: string(customer.Research), Segments: []string{"active"}, CoolDown: 90 * day},
	)
	return err
}

// recommender is the model of the orders as they are.
func (a *App) recommender(ctx context.Context) (*recommend.Model, error) {
	counts, err := database.Count(ctx, a.db.Reader())
	if err != nil {
		return nil, err
	}
	a.advisor.mu.Lock()
	defer a.advisor.mu.Unlock()
	learned := a.advisor.orders
	if a.advisor.model != nil && (counts.Orders == learned || counts.Orders < learned+learned/100) {
		return a.advisor.model, nil // one order in a hundred more teaches nothing new
	}
	list, _ := a.world.all()
	model, err := recommend.Train(func(yield func(recommend.Purchase) bool) {
		for _, r := range list {
			for _, o := range r.orders {
				if o.Returned {
					continue
				}
				for _, item := range o.Items {
					if !yield(recommend.Purchase{Customer: r.id, Item: item.Item, Segment: regionOf(r.c), At: o.At}) {
						return
					}
				}
			}
		}
	}, nil)
	if err != nil {
		return nil, err
	}
	a.advisor.model, a.advisor.orders = model, counts.Orders
	return model, nil
}

// advice is what to offer the customer and what to do next. Without consent to profiling
// only what is popular is offered: the wing sees to that.
func (a *App) advice(ctx context.Context, r *record, now time.Time) (AdviceView, error) {
	v := AdviceView{Items: []ItemAdvice{}, Actions: []ActionAdvice{}, Resting: []RestingView{}}
	profiling := r.c.Consent.Allowed(customer.ConsentQuestion{Purpose: customer.Profiling, Channel: customer.AnyChannel, At: now}).Allowed
	model, err := a.recommender(ctx)
	switch {
	case errors.Is(err, recommend.ErrNoData):
		v.Note = "the orders name no items, so nothing is recommended"
	case err != nil:
		return v, err
	default:
		if !profiling {
			v.Note = "the customer has not agreed to profiling: what is popular in their country is shown, and nothing is worked out from what they bought"
		}
		v.Items = items(model.For(recommend.Question{Owned: owned(r), Profiling: profiling, Segment: regionOf(r.c), N: 3, Reasons: 2}))
	}
	return v, a.actionsFor(ctx, r, now, &v)
}

func owned(r *record) (out []string) {
	for _, o := range r.orders {
		for _, item := range o.Items {
			if !o.Returned && !slices.Contains(out, item.Item) {
				out = append(out, item.Item)
			}
		}
	}
	return out
}

func items(answer recommend.Answer) []ItemAdvice {
	out := []ItemAdvice{}
	for _, s := range answer.Suggestions {
		x := ItemAdvice{Item: s.Item, Score: strconv.FormatFloat(s.Score, 'f', 3, 64), Why: []string{}}
		for _, b := range s.Because {
			x.Why = append(x.Why, fmt.Sprintf("because they bought %s, as %d did who have both", b.Item, b.Customers))
		}
		if s.Fallback {
			x.Why = append(x.Why, fmt.Sprintf("popular: %.0f customers have it", s.Score))
		}
		out = append(out, x)
	}
	return out
}

// actionsFor ranks what the house may do now, and says what rests and until when.
func (a *App) actionsFor(ctx context.Context, r *record, now time.Time, v *AdviceView) error {
	offers, err := database.OffersOf(ctx, a.db.Reader(), r.id)
	if err != nil {
		return err
	}
	m := recommend.Moment{Now: now, Segments: a.segments.of(r, now)}
	for _, o := range offers {
		m.Done = append(m.Done, recommend.Done{Action: o.Action, At: o.At, Declined: o.Declined})
	}
	var faults []error
	m.Allowed = func(purpose string) bool {
		verdict, err := a.allowed(ctx, r, customer.Purpose(purpose), customer.ByEmail, now)
		faults = append(faults, err)
		return verdict.Allowed
	}
	for _, x := range a.advisor.actions.Rank(m) {
		label := a.advisor.labels[x.Action.ID]
		if x.Kept == 0 {
			v.Actions = append(v.Actions, ActionAdvice{Action: x.Action.ID, Label: label, Score: strconv.FormatFloat(x.Expected, 'f', 2, 64), Why: []string{x.String()}})
			continue
		}
		v.Resting = append(v.Resting, RestingView{Action: x.Action.ID, Label: label, Why: x.Kept.String(), Until: x.Again})
	}
	return errors.Join(faults...)
}

// Offer records that an action was taken for a customer, or that they declined it: it
// rests for a while.
func (a *App) Offer(ctx context.Context, c OfferCommand) (AdviceView, error) {
	r, ok := a.world.find(c.Customer)
	if !ok {
		return AdviceView{}, notFound("/customer", "customer")
	}
	if a.advisor.labels[c.Action] == "" {
		return AdviceView{}, notFound("/action", "action")
	}
	asked := c
	asked.Key = ""
	_, _, err := once(ctx, a, "offer", c.Key, r.id, asked, func(ctx context.Context, u unit) (bool, error) {
		return true, database.AddOffer(ctx, u.Tx, database.Offer{ID: u.part("offer"), Customer: r.id, Action: c.Action, At: u.at, Declined: c.Declined})
	})
	if err != nil {
		return AdviceView{}, err
	}
	return a.advice(ctx, r, a.Now())
}
