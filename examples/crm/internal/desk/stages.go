package desk

import (
	"context"
	"errors"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
)

// quietMonths is after how many months without an order a customer is dormant.
const quietMonths = 6

// comeBack makes a customer active who buys: a prospect for the first time, one who was
// dormant or had left again.
func (u unit) comeBack(ctx context.Context, r *record) error {
	stage := r.c.Lifecycle.Stage()
	if stage == customer.Active {
		return nil
	}
	why := "bought again"
	if stage == customer.Prospect || stage == "" {
		why = "first order"
	}
	_, err := u.people().Do(ctx, customer.Request{Key: u.part("stage"), ID: r.c.ID, At: u.at, Options: customer.DecideOptions{Source: "desk"}}, customer.MoveStage{To: customer.Active, Reason: why})
	if errors.Is(err, customer.ErrStage) {
		return nil // somebody was faster: the customer is active already
	}
	return err
}

// lapse makes customers dormant who have not bought for half a year by an instant, and
// says how many. Each is moved once for each last order, at the instant at which it was so.
func (a *App) lapse(ctx context.Context, now time.Time) (moved int, err error) {
	list, _ := a.world.all()
	type due struct {
		r    *record
		last database.Order
		at   time.Time
	}
	var all []due
	for _, r := range list {
		if r.c.Lifecycle.Stage() != customer.Active {
			continue
		}
		for i := len(r.orders) - 1; i >= 0; i-- {
			if o := r.orders[i]; !o.Returned {
				if at := o.At.AddDate(0, quietMonths, 0); !at.After(now) {
					all = append(all, due{r, o, at})
				}
				break
			}
		}
	}
	for len(all) > 0 {
		some := all[:min(batch, len(all))]
		all = all[len(some):]
		err := a.db.Update(ctx, func(ctx context.Context, tx database.Tx) error {
			u := a.newUnit(tx, now, "lapse")
			for _, d := range some {
				if a.world.left(d.r.id) {
					continue
				}
				_, err := u.people().Do(ctx, customer.Request{
					Key: "lapse/" + d.r.id + "/" + d.last.Number, ID: d.r.c.ID, At: now, Options: customer.DecideOptions{Source: "timer", At: d.at},
				}, customer.MoveStage{To: customer.Dormant, Reason: "no order for six months"})
				if err != nil && !errors.Is(err, customer.ErrStage) {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return moved, err
		}
		moved += len(some)
	}
	return moved, nil
}
