package desk

import (
	"context"
	"errors"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/match"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/sla"
	"github.com/rapport-go/rapport/loyalty"
)

// world is what lists are made from: one record for every living customer and every
// case, folded once from the stores and made anew for whom a command has changed. A
// record is never changed after it was put here.
type world struct {
	mu      sync.RWMutex
	people  map[string]*record
	alias   map[string]string // ids that were merged away
	cases   map[string]*caseRecord
	sorted  []*record       // by name; nil: to be sorted again
	version int64           // counts changes
	sales   int64           // counts changes of orders
	persons int64           // counts changes of who the customers are
	gone    map[string]bool // erased: from their transaction on, before the record is dropped

	seed    maphash.Seed
	stripes [64]sync.Mutex // whose record is being made
}

// record is one customer.
type record struct {
	id      string
	c       customer.Customer
	name    string
	key     string // to sort by
	search  string // folded
	joined  time.Time
	orders  []database.Order // in order of time, those of absorbed customers among them
	answers []database.Answer
	cases   []*caseRecord
	points  int64
	tier    string
	version uint64 // of the account
	made    int64  // the version of the world that it came with
}

// caseRecord is one case.
type caseRecord struct {
	c       interaction.Case
	events  []interaction.Event
	signals []sla.Signal // the events as the service levels see them
}

func newWorld() *world {
	return &world{people: map[string]*record{}, alias: map[string]string{}, cases: map[string]*caseRecord{}, gone: map[string]bool{}, seed: maphash.MakeSeed()}
}

// load reads everything once.
func (a *App) load(ctx context.Context) error {
	a.world = newWorld()
	return a.world.reload(ctx, a)
}

const page = 1000

// reload reads everything again. Whoever a command changes meanwhile is read once more:
// rows that were read before are not theirs any longer.
func (w *world) reload(ctx context.Context, a *App) error {
	since := w.now()
	if err := w.reloadCases(ctx, a); err != nil {
		return err
	}
	orders, err := database.Orders(ctx, a.db.Reader())
	if err != nil {
		return err
	}
	answers, err := database.Answers(ctx, a.db.Reader())
	if err != nil {
		return err
	}
	ordersOf, answersOf := map[string][]database.Order{}, map[string][]database.Answer{}
	for _, o := range orders {
		ordersOf[o.Customer] = append(ordersOf[o.Customer], o)
	}
	for _, x := range answers {
		answersOf[x.Customer] = append(answersOf[x.Customer], x)
	}
	var ids []customer.ID
	for after := customer.ID(""); ; {
		list, err := a.list.people.Customers(ctx, after, page)
		if err != nil {
			return err
		}
		ids = append(ids, list...)
		if len(list) < page {
			break
		}
		after = list[len(list)-1]
	}
	return w.each(ids, func(id customer.ID) error {
		return w.refreshWith(ctx, a, string(id), func(ids []string) (os []database.Order, as []database.Answer, err error) {
			if w.madeAfter(string(id), since) {
				return a.rowsOf(ctx, ids)
			}
			for _, id := range ids {
				os, as = append(os, ordersOf[id]...), append(as, answersOf[id]...)
			}
			return os, as, nil
		})
	})
}

// each runs do for every id on a few goroutines.
func (w *world) each(ids []customer.ID, do func(customer.ID) error) error {
	const workers = 4
	var wg sync.WaitGroup
	errs := make([]error, workers)
	for n := range workers {
		wg.Go(func() {
			for i := n; i < len(ids) && errs[n] == nil; i += workers {
				errs[n] = do(ids[i])
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (w *world) reloadCases(ctx context.Context, a *App) error {
	for after := ""; ; {
		ids, err := a.list.cases.Cases(ctx, after, page)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := w.refreshCase(ctx, a, id); err != nil {
				return err
			}
			after = id
		}
		if len(ids) < page {
			return nil
		}
	}
}

// refreshCase reads one case again.
func (w *world) refreshCase(ctx context.Context, a *App, id string) error {
	lock := w.stripe("case " + id)
	lock.Lock()
	defer lock.Unlock()
	events, err := a.list.cases.LoadCase(ctx, id)
	if err != nil {
		return err
	}
	c, err := interaction.Fold(events)
	if err != nil {
		return err
	}
	facts, err := a.facts(ctx, c)
	if err != nil {
		return err
	}
	w.mu.Lock()
	w.cases[id] = &caseRecord{c, events, signals(events, facts)}
	w.version++
	w.mu.Unlock()
	return nil
}

func (w *world) stripe(id string) *sync.Mutex {
	return &w.stripes[maphash.String(w.seed, id)%uint64(len(w.stripes))]
}

// refresh makes the records of customers anew, after a command has changed them.
func (w *world) refresh(ctx context.Context, a *App, ids ...string) error {
	ctx = context.WithoutCancel(ctx) // what is committed must be seen, even if the caller has gone
	var errs []error
	for _, id := range ids {
		errs = append(errs, w.refreshWith(ctx, a, id, func(ids []string) ([]database.Order, []database.Answer, error) { return a.rowsOf(ctx, ids) }))
	}
	return errors.Join(errs...)
}

// rowsOf reads the rows of a customer under all ids.
func (a *App) rowsOf(ctx context.Context, ids []string) (os []database.Order, as []database.Answer, err error) {
	for _, id := range ids {
		o, err1 := database.OrdersOf(ctx, a.db.Reader(), id)
		x, err2 := database.AnswersOf(ctx, a.db.Reader(), id)
		os, as, err = append(os, o...), append(as, x...), errors.Join(err, err1, err2)
	}
	return os, as, err
}

// madeAfter reports whether the record of a customer is younger than a version.
func (w *world) madeAfter(id string, version int64) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	r := w.people[id]
	return r != nil && r.made > version
}

type rowsOf func(ids []string) ([]database.Order, []database.Answer, error)

func (w *world) refreshWith(ctx context.Context, a *App, id string, rows rowsOf) error {
	lock := w.stripe(id)
	lock.Lock()
	defer lock.Unlock()
	c, err := a.people.Load(ctx, customer.ID(id))
	if err != nil {
		return err
	}
	if string(c.ID) != id || c.State == customer.IsErased {
		w.drop(id, string(c.ID))
		return nil
	}
	r := &record{id: id, c: c}
	ids := []string{id}
	for _, x := range c.Absorbed {
		ids = append(ids, string(x))
	}
	if r.orders, r.answers, err = rows(ids); err != nil {
		return err
	}
	account, err := a.points.Account(ctx, id)
	if err != nil {
		return err
	}
	r.points, r.version = int64(account.Balance(wallet).Active), account.Version()
	if tier, ok := loyalty.Tier(a.rules.programme, account, tierSet); ok {
		r.tier = tier.Level
	}
	r.describe()
	w.put(r, ids)
	return nil
}

// describe fills in what a record is found and sorted by.
func (r *record) describe() {
	slices.SortStableFunc(r.orders, func(x, y database.Order) int { return x.At.Compare(y.At) })
	slices.SortStableFunc(r.answers, func(x, y database.Answer) int { return x.At.Compare(y.At) })
	words := []string{r.id}
	for _, n := range r.c.Names {
		words = append(words, n.Display())
		for _, f := range n.Forms {
			words = append(words, f.Display())
		}
	}
	for _, p := range r.c.Points {
		words = append(words, p.Typed, p.Canonical, p.Key)
	}
	for _, x := range r.c.External {
		words = append(words, x.Value)
	}
	for _, x := range r.c.Absorbed {
		words = append(words, string(x))
	}
	r.search = fold(strings.Join(words, "\n"))
	r.key = "\uffff" + r.id // who has no name comes last
	if n, ok := r.c.Name(); ok {
		r.name, r.key = n.Display(), n.SortKey()
	}
	if h := r.c.Lifecycle.History; len(h) > 0 {
		r.joined = h[0].At
	}
}

// fold brings a text to the form in which it is searched: as the matcher of package match
// folds names, and with the case of what is no name.
func fold(text string) string {
	lower := strings.ToLower(text)
	if folded := match.Fold(text); folded != lower {
		return lower + "\n" + folded
	}
	return lower
}

func (w *world) put(r *record, ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.cases {
		if slices.Contains(ids, c.c.Customer) {
			r.cases = append(r.cases, c)
		}
	}
	slices.SortFunc(r.cases, func(x, y *caseRecord) int {
		if c := x.c.Opened.Compare(y.c.Opened); c != 0 {
			return c
		}
		return strings.Compare(x.c.ID, y.c.ID)
	})
	old := w.people[r.id]
	if old == nil || len(old.orders) != len(r.orders) {
		w.sales++
	}
	if old == nil || old.c.Revision != r.c.Revision {
		w.persons++
	}
	w.people[r.id] = r
	delete(w.alias, r.id)
	for _, absorbed := range ids[1:] { // also those of a customer who was absorbed with others
		w.alias[absorbed] = r.id
	}
	w.sorted = nil
	w.version++
	r.made = w.version
}

// drop takes out a customer who was merged into another, or erased.
func (w *world) drop(id, into string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.people, id)
	w.sales++
	w.persons++
	if into != id {
		w.alias[id] = into
	}
	w.sorted = nil
	w.version++
}

// leave hides customers from the moment at which their erasure is written; stay takes that
// back where it came to nothing.
func (w *world) leave(ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		w.gone[id] = true
	}
}

func (w *world) stay(ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		delete(w.gone, id)
	}
}

// left reports a customer who was erased since the process began.
func (w *world) left(id string) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.gone[id]
}

// forgetCases takes out the cases of a customer.
func (w *world) forgetCases(customer string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, c := range w.cases {
		if c.c.Customer == customer {
			delete(w.cases, id)
		}
	}
	w.version++
}

// find gives a customer by an id, also by one that was merged away.
func (w *world) find(id string) (*record, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if into, ok := w.alias[id]; ok {
		id = into
	}
	r, ok := w.people[id]
	return r, ok && !w.gone[id]
}

// resolve is the id that a customer's rows count for.
func (w *world) resolve(id string) string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if into, ok := w.alias[id]; ok {
		return into
	}
	return id
}

func (w *world) findCase(id string) (*caseRecord, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	c, ok := w.cases[id]
	return c, ok
}

func (w *world) size() int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return len(w.people)
}

// now is the version of the data: it grows with every change.
func (w *world) now() int64 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.version
}

// sold is the version of the orders.
func (w *world) sold() int64 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.sales
}

// known is the version of who the customers are.
func (w *world) known() int64 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.persons
}

// all are the customers by name, and the version that they are of.
func (w *world) all() ([]*record, int64) {
	w.mu.RLock()
	list, version := w.sorted, w.version
	w.mu.RUnlock()
	if list != nil {
		return list, version
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sorted == nil {
		w.sorted = make([]*record, 0, len(w.people))
		for _, r := range w.people {
			w.sorted = append(w.sorted, r)
		}
		slices.SortFunc(w.sorted, byName)
	}
	return w.sorted, w.version
}

func byName(x, y *record) int {
	if c := strings.Compare(x.key, y.key); c != 0 {
		return c
	}
	return strings.Compare(x.id, y.id)
}

// allCases are the cases by id.
func (w *world) allCases() []*caseRecord {
	w.mu.RLock()
	defer w.mu.RUnlock()
	list := make([]*caseRecord, 0, len(w.cases))
	for _, c := range w.cases {
		list = append(list, c)
	}
	slices.SortFunc(list, func(x, y *caseRecord) int { return strings.Compare(x.c.ID, y.c.ID) })
	return list
}
