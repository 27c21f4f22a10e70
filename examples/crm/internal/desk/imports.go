package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/examples/crm/internal/intake"
	"github.com/rapport-go/rapport/loyalty"
)

// shopSeed is the seed of the simulated shop: that of the quickstart.
const shopSeed = 1

// batch is how many people are written in one transaction.
const batch = 20

// maxFaults is how many faults a report quotes.
const maxFaults = 10

// ImportShop imports the simulated shop. An import of it that did not end is ended.
func (a *App) ImportShop(ctx context.Context, tell Progress) (ImportReport, error) {
	shop := intake.Shop(shopSeed)
	known, err := a.Imports(ctx)
	if err != nil {
		return ImportReport{}, err
	}
	id := shopPrefix + a.NewKey()[:8]
	for _, r := range known {
		if r.Simulated() && !r.Done {
			id = r.ID
		}
	}
	return a.take(ctx, id, shop, tell)
}

// ImportInvoices imports a file of invoices. Under a key that was used before, the report
// of that import comes back and nothing is done; with another file it is ErrKeyUsed.
func (a *App) ImportInvoices(ctx context.Context, c ImportCommand, tell Progress) (ImportReport, error) {
	if c.Key == "" || len(c.Key) > maxKey {
		return ImportReport{}, invalid("/key", "key", "a key of 1 to 128 bytes is needed, so that a retry does nothing twice")
	}
	source, err := intake.Invoices(ctx, cmp.Or(c.Name, "invoices"), c.Body, func(read int64) {
		if tell != nil {
			tell("reading", read, max(c.Size, read))
		}
	})
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return ImportReport{}, ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded): // the rest never came
		return ImportReport{}, fmt.Errorf("%w: %w", context.DeadlineExceeded, err)
	default:
		return ImportReport{}, &ProblemError{Kind: ErrInvalid, Problems: []Problem{{"/file", "unreadable", err.Error()}}, Cause: err}
	}
	known, err := a.Imports(ctx)
	if err != nil {
		return ImportReport{}, err
	}
	for _, r := range known {
		switch {
		case r.ID != c.Key:
		case r.Digest != source.Digest:
			return ImportReport{}, &ProblemError{Kind: ErrKeyUsed, Problems: []Problem{{"/key", "key_used", "the key was used for another file"}}}
		case r.Done:
			return r, nil
		}
	}
	return a.take(ctx, c.Key, source, tell)
}

// Imports are the reports of all imports, the newest first.
func (a *App) Imports(ctx context.Context) ([]ImportReport, error) {
	list, err := database.Imports(ctx, a.db.Reader())
	if err != nil {
		return nil, err
	}
	out := []ImportReport{}
	for _, text := range list {
		var r ImportReport
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// taking is an import under way.
type taking struct {
	app    *App
	source *intake.Source
	until  time.Time // rows from then on lie ahead of the clock
	report *ImportReport
	counts map[string]int64
}

// take writes what a source holds. A person's rows are written together; what is there
// already is counted as known and left alone.
func (a *App) take(ctx context.Context, id string, source *intake.Source, tell Progress) (ImportReport, error) {
	a.importing.Lock()
	defer a.importing.Unlock()
	began := time.Now()
	if a.world.size() == 0 {
		if err := a.goOnFrom(ctx, source.End); err != nil {
			return ImportReport{}, err
		}
	}
	r := ImportReport{
		ID: id, Source: source.Name, At: a.Now(), Rows: source.Rows, Duplicates: source.Duplicates, Malformed: source.Malformed,
		Anonymous: source.Anonymous, Free: source.Free, Digest: source.Digest, Faults: append([]string{}, source.Faults...), Written: []Count{},
	}
	t := taking{app: a, source: source, until: a.Now(), report: &r, counts: map[string]int64{}}
	if err := t.save(ctx); err != nil { // as not done: whoever starts after a crash can tell
		return r, err
	}
	for start := 0; start < len(source.People); start += batch {
		people := source.People[start:min(start+batch, len(source.People))]
		if err := t.write(ctx, people); err != nil {
			return r, errors.Join(err, a.world.reload(context.WithoutCancel(ctx), a)) // what was written counts
		}
		if tell != nil {
			tell("writing", int64(start+len(people)), int64(len(source.People)))
		}
	}
	if tell != nil {
		tell("working out", 1, 1)
	}
	if err := a.world.reload(ctx, a); err != nil {
		return r, err
	}
	if err := a.CatchUp(ctx); err != nil {
		return r, err
	}
	for _, kind := range []string{"customers", "orders", "returns", "contacts", "answers", "refused answers", "cases"} {
		r.Written = append(r.Written, Count{Label: kind, Count: t.counts[kind]})
	}
	r.Done, r.Took = true, time.Since(began)
	return r, t.save(ctx)
}

func (t *taking) save(ctx context.Context) error {
	text, err := json.Marshal(t.report)
	if err != nil {
		return err
	}
	return t.app.db.Update(ctx, func(ctx context.Context, tx database.Tx) error {
		if t.source.Simulated {
			if err := database.SetSetting(ctx, tx, "simulated", []byte{1}, true); err != nil {
				return err
			}
		}
		return database.SaveImport(ctx, tx, t.report.ID, t.report.At, text)
	})
}

// write writes some people in one transaction. What is counted counts only once it is
// committed.
func (t *taking) write(ctx context.Context, people []intake.Person) error {
	counts, known := map[string]int64{}, int64(0)
	var faults []string
	err := t.app.db.Update(ctx, func(ctx context.Context, tx database.Tx) error {
		u := t.app.newUnit(tx, t.until, "import")
		for i := range people {
			w := writing{unit: u, taking: t, person: &people[i], counts: counts, known: &known, faults: &faults}
			if err := w.write(ctx); err != nil {
				return fmt.Errorf("customer %s: %w", people[i].ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for kind, n := range counts {
		t.counts[kind] += n
	}
	t.report.Known += known
	for _, f := range faults {
		t.report.Malformed++
		if len(t.report.Faults) < maxFaults {
			t.report.Faults = append(t.report.Faults, f)
		}
	}
	return nil
}

// points gives an order its points. An order that is older than what the account has
// seen counts from now; where the programme refuses that, the order stays without points
// and the report says so.
func (w *writing) points(ctx context.Context, o intake.Order) error {
	at := o.At
	engine := w.unit.points()
	account, err := engine.Account(ctx, w.person.ID)
	if err != nil {
		return err
	}
	if clock := account.Clock().Time(); clock.After(at) {
		at = clock
	}
	command := loyalty.Command{Key: "import/" + o.Number, Account: w.person.ID, At: at, By: "import"}
	switch {
	case !o.Returned:
		command.Do = loyalty.Purchase{Order: o.Number, Lines: linesOf(o)}
	case o.Of == "":
		return nil // nothing says which order came back
	default:
		command.Do = w.refund(o)
	}
	_, err = engine.Do(ctx, command)
	var refused *loyalty.RefusedError
	if errors.As(err, &refused) {
		*w.faults = append(*w.faults, fmt.Sprintf("order %s stays without points: %s", o.Number, words(refused)))
		return nil
	}
	return err
}

// refund is a return as the programme takes it: the whole order, its only line in part, or
// money for several lines together.
func (w *writing) refund(o intake.Order) loyalty.Refund {
	for _, x := range w.person.Orders {
		switch {
		case x.Number != o.Of:
		case x.Minor == -o.Minor:
			return loyalty.Refund{Order: o.Of, All: true}
		case len(x.Items) <= 1:
			return loyalty.Refund{Order: o.Of, Lines: []loyalty.RefundLine{{Line: "1", Amount: loyalty.Amount(amount(-o.Minor))}}}
		}
	}
	return loyalty.Refund{Order: o.Of, Paid: loyalty.Amount(amount(-o.Minor))}
}

func linesOf(o intake.Order) []loyalty.Line {
	if len(o.Items) == 0 {
		return []loyalty.Line{{ID: "1", Amount: loyalty.Amount(amount(o.Minor))}}
	}
	lines := make([]loyalty.Line, 0, len(o.Items))
	for i, item := range o.Items {
		lines = append(lines, loyalty.Line{ID: fmt.Sprint(i + 1), SKU: item.Item, Amount: loyalty.Amount(amount(item.Minor))})
	}
	return lines
}
