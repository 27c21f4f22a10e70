package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/loyalty"
)

// limits of an order at the desk.
const (
	maxLines = 100
	maxText  = 200
	holdTime = 7 * 24 * time.Hour
)

// parse reads the lines of an order.
func (c EarnCommand) parse() (lines []loyalty.Line, items []database.Item, minor int64, err error) {
	var wrong check
	wrong.need(c.Order != "" && len(c.Order) <= maxText && strings.TrimSpace(c.Order) == c.Order && oneLine(c.Order), "/order", "required", "an order number of 1 to 200 bytes on one line is needed")
	wrong.need(len(c.Lines) > 0, "/lines", "required", "an order has at least one line")
	wrong.need(len(c.Lines) <= maxLines, "/lines", "too_many", "at most 100 lines")
	for i, line := range c.Lines[:min(len(c.Lines), maxLines)] {
		n, err := parseMoney(line.Amount)
		if err != nil {
			wrong.need(false, fmt.Sprintf("/lines/%d/amount", i), "amount", "the amount "+err.Error())
			continue
		}
		wrong.need(len(line.Item) <= maxText && oneLine(line.Item), fmt.Sprintf("/lines/%d/item", i), "too_long", "at most 200 bytes on one line")
		minor += n
		lines = append(lines, loyalty.Line{ID: fmt.Sprint(i + 1), SKU: line.Item, Amount: loyalty.Amount(amount(n))})
		if line.Item != "" {
			items = append(items, database.Item{Item: line.Item, Minor: n})
		}
	}
	wrong.need(minor <= largestAmount, "/lines", "amount", "the order is beyond what an order may come to")
	return lines, items, minor, wrong.err()
}

// oneLine reports a text without control characters.
func oneLine(text string) bool { return strings.IndexFunc(text, unicode.IsControl) < 0 }

// QuoteEarn says what an order would earn. Key may be empty.
func (a *App) QuoteEarn(ctx context.Context, c EarnCommand) (QuoteView, error) {
	lines, _, _, err := c.parse()
	if err != nil {
		return QuoteView{}, err
	}
	return a.quote(ctx, c.Customer, loyalty.Purchase{Order: c.Order, Lines: lines})
}

// QuoteRedeem says what points would be worth. Key may be empty.
func (a *App) QuoteRedeem(ctx context.Context, c RedeemCommand) (QuoteView, error) {
	action, err := c.action()
	if err != nil {
		return QuoteView{}, err
	}
	return a.quote(ctx, c.Customer, action)
}

func (c RedeemCommand) action() (loyalty.Action, error) {
	switch {
	case c.Reward != "" && c.Points != 0:
		return nil, invalid("/points", "both", "name a reward, or points, and not both")
	case c.Reward != "":
		return loyalty.ClaimReward{Reward: c.Reward}, nil
	}
	return loyalty.Redeem{Points: loyalty.Points(c.Points)}, nil
}

func (a *App) quote(ctx context.Context, id string, action loyalty.Action) (QuoteView, error) {
	r, ok := a.world.find(id)
	if !ok {
		return QuoteView{}, notFound("/customer", "customer")
	}
	d, err := a.points.Simulate(ctx, loyalty.Command{Key: "quote", Account: r.id, At: a.Now(), Do: action})
	if err != nil {
		return QuoteView{}, translate(err)
	}
	account, err := a.points.Account(ctx, r.id)
	if err != nil {
		return QuoteView{}, err
	}
	for i := range d.Events {
		loyalty.Evolve(account, &d.Events[i])
	}
	points, worth := effect(d.Result)
	return QuoteView{Points: points, Worth: worth, Trace: traceLines(d.Trace), Balance: balanceView(account.Balance(wallet)), Tier: a.tierOf(account)}, nil
}

// effect is what a result did to the points, and what they are worth.
func effect(r loyalty.Result) (points int64, worth *Money) {
	points = int64(r.Earned) - int64(r.Clawed())
	if points == 0 {
		for _, d := range r.Draws {
			points += int64(d.Points)
		}
		for _, d := range r.Released {
			points += int64(d.Points)
		}
	}
	if !r.Value.IsZero() {
		worth = &Money{Amount: r.Value.Decimal().StringFixed(places), Currency: currency}
	}
	return points, worth
}

func traceLines(t loyalty.Trace) []string {
	out := make([]string, 0, len(t))
	for _, step := range t {
		out = append(out, step.String())
	}
	return out
}

func (a *App) tierOf(account *loyalty.Account) string {
	if tier, ok := loyalty.Tier(a.rules.programme, account, tierSet); ok {
		return tier.Level
	}
	return ""
}

// Earn writes an order, its points and its entry on the timeline together.
func (a *App) Earn(ctx context.Context, c EarnCommand) (LoyaltyResult, error) {
	lines, items, minor, err := c.parse()
	if err != nil {
		return LoyaltyResult{}, err
	}
	asked := c
	asked.Key = ""
	return a.points1(ctx, "earn", c.Key, c.Customer, asked, func(ctx context.Context, u unit, r *record) (loyalty.Action, error) {
		ok, err := database.AddOrder(ctx, u.Tx, database.Order{
			Number: c.Order, Customer: r.id, At: u.at, Minor: minor, Country: countryOf(r.c), Source: "desk", Items: items,
		})
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, &ProblemError{Kind: ErrRefused, Problems: []Problem{{"/order", "order_exists", "an order of this number is known already"}}}
		}
		if err := u.comeBack(ctx, r); err != nil {
			return nil, err
		}
		return loyalty.Purchase{Order: c.Order, Lines: lines}, u.note(ctx, r.id, c.Order, interaction.PurposeRetail, interaction.Purchase, "order "+c.Order)
	})
}

// note puts a contact at the desk on the timeline.
func (u unit) note(ctx context.Context, id, order string, purpose interaction.Purpose, stage interaction.Stage, text string) error {
	_, err := database.AddContact(ctx, u.Tx, database.Contact{
		ID: u.part("contact"), Customer: id, At: u.at, Channel: string(interaction.InPerson), Inbound: true,
		Stage: string(stage), Purpose: string(purpose), Order: order, Text: text,
	})
	return err
}

// Redeem spends points.
func (a *App) Redeem(ctx context.Context, c RedeemCommand) (LoyaltyResult, error) {
	action, err := c.action()
	if err != nil {
		return LoyaltyResult{}, err
	}
	asked := c
	asked.Key = ""
	return a.points1(ctx, "redeem", c.Key, c.Customer, asked, func(ctx context.Context, u unit, r *record) (loyalty.Action, error) {
		what := fmt.Sprintf("%d points", c.Points)
		if c.Reward != "" {
			what = "points for " + c.Reward
		}
		return action, u.note(ctx, r.id, c.Order, interaction.PurposeRetail, interaction.Purchase, "redeems "+what)
	})
}

// holdKey is the key of a hold in the programme: its id is the customer's own.
func holdKey(id, hold string) string { return "hold/" + id + "/" + hold }

func checkHold(hold string) error {
	if hold == "" || len(hold) > maxKey || strings.TrimSpace(hold) != hold {
		return invalid("/hold", "required", "a hold has an id of 1 to 128 bytes")
	}
	return nil
}

// Hold puts points aside for a week.
func (a *App) Hold(ctx context.Context, c HoldCommand) (LoyaltyResult, error) {
	if err := checkHold(c.Hold); err != nil {
		return LoyaltyResult{}, err
	}
	asked := c
	asked.Key = ""
	return a.points1(ctx, "hold", c.Key, c.Customer, asked, func(_ context.Context, u unit, r *record) (loyalty.Action, error) {
		return keyed{holdKey(r.id, c.Hold), loyalty.Hold{Points: loyalty.Points(c.Points), Until: loyalty.InstantOf(u.at.Add(holdTime))}}, nil
	})
}

// keyed is an action under a key of its own.
type keyed struct {
	key string
	loyalty.Action
}

// Capture spends points that are held.
func (a *App) Capture(ctx context.Context, c SettleHoldCommand) (LoyaltyResult, error) {
	if err := checkHold(c.Hold); err != nil {
		return LoyaltyResult{}, err
	}
	asked := c
	asked.Key = ""
	return a.points1(ctx, "capture", c.Key, c.Customer, asked, func(ctx context.Context, u unit, r *record) (loyalty.Action, error) {
		points, key := loyalty.Points(c.Points), holdKey(r.id, c.Hold)
		if points == 0 { // all that is held
			account, err := u.points().Account(ctx, r.id)
			if err != nil {
				return nil, err
			}
			for h := range account.Holds() {
				if h.Key == key {
					points = h.Points
				}
			}
			if points == 0 {
				return nil, notFound("/hold", "hold")
			}
		}
		return loyalty.Capture{Hold: key, Points: points}, u.note(ctx, r.id, "", interaction.PurposeRetail, interaction.Purchase, "takes what was put aside as "+c.Hold)
	})
}

// Release gives points that are held back to the customer.
func (a *App) Release(ctx context.Context, c SettleHoldCommand) (LoyaltyResult, error) {
	if err := checkHold(c.Hold); err != nil {
		return LoyaltyResult{}, err
	}
	asked := c
	asked.Key = ""
	return a.points1(ctx, "release", c.Key, c.Customer, asked, func(_ context.Context, _ unit, r *record) (loyalty.Action, error) {
		return loyalty.Release{Hold: holdKey(r.id, c.Hold)}, nil
	})
}

// Refund takes an order back with its points, and writes that on the timeline.
func (a *App) Refund(ctx context.Context, c RefundCommand) (LoyaltyResult, error) {
	part := int64(0)
	if c.Amount != "" {
		var err error
		if part, err = parseMoney(c.Amount); err != nil {
			return LoyaltyResult{}, invalid("/amount", "amount", "the amount "+err.Error())
		}
	}
	asked := c
	asked.Key = ""
	return a.points1(ctx, "refund", c.Key, c.Customer, asked, func(ctx context.Context, u unit, r *record) (loyalty.Action, error) {
		o, ok, err := database.FindOrder(ctx, u.Tx, c.Order)
		if err != nil {
			return nil, err
		}
		if !ok || o.Returned || u.app.world.resolve(o.Customer) != r.id {
			return nil, notFound("/order", "order of this customer")
		}
		left, err := unreturned(ctx, u, o)
		if err != nil {
			return nil, err
		}
		switch {
		case left == 0:
			return nil, &ProblemError{Kind: ErrRefused, Problems: []Problem{{"/order", "returned", "all of the order came back already"}}}
		case part > left:
			return nil, &ProblemError{Kind: ErrRefused, Problems: []Problem{{"/amount", "exceeds", "more than the " + money(left).Amount + " that are left of the order"}}}
		}
		back := left
		action := loyalty.Refund{Order: c.Order, All: true}
		if part > 0 && part < left {
			back = part
			action = loyalty.Refund{Order: c.Order, Paid: loyalty.Amount(amount(part))}
		}
		if err := u.addReturn(ctx, o, back); err != nil {
			return nil, err
		}
		return on{o.Customer, action}, u.note(ctx, r.id, o.Number, interaction.PurposeOrderSupport, interaction.PostPurchase, "return of "+o.Number+" worth "+money(back).Amount)
	})
}

// addReturn writes what came back of an order, under a number that no order has: keys are
// the client's, and so are the numbers of orders.
func (u unit) addReturn(ctx context.Context, o database.Order, back int64) error {
	row := database.Order{Number: "R" + u.key, Customer: o.Customer, At: u.at, Minor: -back, Country: o.Country, Returned: true, Of: o.Number, Source: "desk"}
	for n := 2; ; n++ {
		ok, err := database.AddOrder(ctx, u.Tx, row)
		if ok || err != nil {
			return err
		}
		row.Number = fmt.Sprintf("R%s/%d", u.key, n)
	}
}

// on is an action on another account: an order of a customer who was merged stays with
// the account that it was earned on.
type on struct {
	account string
	loyalty.Action
}

// unreturned is what is left of an order in minor units.
func unreturned(ctx context.Context, u unit, o database.Order) (int64, error) {
	all, err := database.OrdersOf(ctx, u.Tx, o.Customer)
	left := o.Minor
	for _, x := range all {
		if x.Returned && x.Of == o.Number {
			left += x.Minor
		}
	}
	return left, err
}

// points1 carries out one command on an account, with what the host writes beside it, in
// one transaction.
func (a *App) points1(ctx context.Context, kind, key, id string, asked any, prepare func(ctx context.Context, u unit, r *record) (loyalty.Action, error)) (LoyaltyResult, error) {
	r, ok := a.world.find(id)
	if !ok {
		return LoyaltyResult{}, notFound("/customer", "customer")
	}
	result, replayed, err := once(ctx, a, kind, key, r.id, asked, func(ctx context.Context, u unit) (LoyaltyResult, error) {
		action, err := prepare(ctx, u, r)
		if err != nil {
			return LoyaltyResult{}, err
		}
		command := loyalty.Command{Key: u.part("points"), Account: r.id, At: u.at, By: "desk", Do: action}
		switch x := action.(type) {
		case keyed:
			command.Key, command.Do = x.key, x.Action
		case on:
			command.Account, command.Do = x.account, x.Action
		}
		engine := u.points()
		out, err := engine.Do(ctx, command)
		_, own := action.(keyed)
		if err != nil && !(own && errors.Is(err, loyalty.ErrKeyConflict)) {
			return LoyaltyResult{}, err
		}
		if err != nil || out.Result.Replayed { // a hold of this id was made before, by another command
			return LoyaltyResult{}, &ProblemError{Kind: ErrRefused, Problems: []Problem{{"/hold", "exists", "there is a hold of this id already"}}}
		}
		account, err := engine.Account(ctx, command.Account)
		if err != nil {
			return LoyaltyResult{}, err
		}
		res := LoyaltyResult{
			Customer: r.id, Trace: traceLines(out.Trace), Balance: balanceView(account.Balance(wallet)), Tier: a.tierOf(account), Version: int64(account.Version()),
		}
		res.Points, res.Worth = effect(out.Result)
		return res, nil
	})
	if err != nil {
		return LoyaltyResult{}, err
	}
	result.Key, result.Replayed = key, replayed
	if replayed {
		return result, nil
	}
	return result, a.world.refresh(ctx, a, r.id)
}

// pointsProblem is the kind, the path and the code of a refusal of the programme.
func pointsProblem(r *loyalty.RefusedError) (path, code string, kind error) {
	for _, row := range []struct {
		err  error
		kind error
		path string
		code string
	}{
		{loyalty.ErrInsufficient, ErrRefused, "/points", "insufficient"},
		{loyalty.ErrPoints, ErrInvalid, "/points", "not_positive"},
		{loyalty.ErrMinimum, ErrRefused, "/points", "minimum"},
		{loyalty.ErrExceedsHold, ErrRefused, "/points", "exceeds_hold"},
		{loyalty.ErrNoHold, ErrNotFound, "/hold", "not_found"},
		{loyalty.ErrNoReward, ErrNotFound, "/reward", "not_found"},
		{loyalty.ErrNoOrder, ErrNotFound, "/order", "not_found"},
		{loyalty.ErrOrderExists, ErrRefused, "/order", "order_exists"},
		{loyalty.ErrExceedsEarn, ErrRefused, "/amount", "exceeds"},
		{loyalty.ErrNoTier, ErrRefused, "/reward", "tier"},
		{loyalty.ErrLimit, ErrRefused, "/reward", "limit"},
		{loyalty.ErrStock, ErrRefused, "/reward", "stock"},
		{loyalty.ErrNothing, ErrRefused, "", "nothing"},
		{loyalty.ErrClock, ErrConflict, "", "clock"},
		{loyalty.ErrClosed, ErrRefused, "/customer", "closed"},
		{loyalty.ErrBlocked, ErrRefused, "/customer", "blocked"},
		{loyalty.ErrOverflow, ErrInvalid, "/points", "too_large"},
	} {
		if r.Err == row.err {
			return row.path, row.code, row.kind
		}
	}
	if r.Field != "" {
		return "/" + strings.ReplaceAll(strings.ToLower(r.Field), ".", "/"), "refused", ErrInvalid
	}
	return "", "refused", ErrRefused
}
