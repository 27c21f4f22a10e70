// Package desk is the application: it joins the six wings over one database. Queries
// return views, plain structs without HTML; commands take a key, so that a retry does
// nothing twice, and happen at the instant that the clock gives. What a page shows comes
// from the wings: no rule of theirs is written here again.
package desk

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/examples/sqlite/casestore"
	"github.com/rapport-go/rapport/examples/sqlite/customerstore"
	"github.com/rapport-go/rapport/examples/sqlite/loyaltystore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/loyalty"
)

// Options of an App; nil is the defaults. Now is the clock, nil for the machine's. Random
// is the source of ids and keys, nil for crypto/rand. FollowData sets the clock back, at
// the first import into an empty database, to where the data end: it then goes on from
// there, so that a shop of two years ago is not one that everybody has left. Stale is how
// old the dashboard's figures may be while the data change; zero: never.
type Options struct {
	Now        func() time.Time
	Random     io.Reader
	FollowData bool
	Stale      time.Duration
}

// App is the application. It may be used by many goroutines.
type App struct {
	machine func() time.Time
	behind  atomic.Int64 // nanoseconds that the clock was set back
	follow  bool
	stale   time.Duration
	random  struct {
		sync.Mutex
		io.Reader
	}

	db     *sqlitedb.DB
	rules  *rules
	points *loyalty.Engine
	people *customer.Directory
	cases  *interaction.Desk
	list   struct {
		people *customerstore.Store
		cases  *casestore.Store
	}
	importing sync.Mutex
	segments  *segments
	surveys   map[string]*surveyForm
	world     *world
	board     board
	advisor   advisor
	matcher   matcher
}

// Open opens the application on the SQLite file at path, which is made when it is not there.
func Open(ctx context.Context, path string, o *Options) (*App, error) {
	app := &App{machine: time.Now}
	app.random.Reader = rand.Reader
	if o != nil {
		if o.Now != nil {
			app.machine = o.Now
		}
		if o.Random != nil {
			app.random.Reader = o.Random
		}
		app.follow, app.stale = o.FollowData, o.Stale
	}
	if err := app.settings(); err != nil {
		return nil, err
	}
	var err error
	if app.db, err = sqlitedb.Open(ctx, path, nil); err != nil {
		return nil, err
	}
	if err := errors.Join(app.stores(ctx)); err != nil {
		return nil, errors.Join(err, app.db.Close())
	}
	if err := app.load(ctx); err != nil {
		return nil, errors.Join(err, app.db.Close())
	}
	return app, nil
}

// settings makes what does not depend on the database.
func (a *App) settings() (err error) {
	if a.rules, err = newRules(); err != nil {
		return err
	}
	if a.surveys, err = newSurveys(); err != nil {
		return err
	}
	if err := a.advisor.init(); err != nil {
		return err
	}
	a.segments, err = newSegments()
	return err
}

// stores opens the stores of the wings on the one file.
func (a *App) stores(ctx context.Context) error {
	if err := database.Migrate(ctx, a.db); err != nil {
		return err
	}
	points, err := loyaltystore.New(ctx, a.db)
	if err != nil {
		return err
	}
	if a.list.people, err = customerstore.New(ctx, a.db); err != nil {
		return err
	}
	if a.list.cases, err = casestore.New(ctx, a.db); err != nil {
		return err
	}
	salt, err := a.salt(ctx)
	if err != nil {
		return err
	}
	a.points = &loyalty.Engine{Store: points, Program: a.rules.programme, SnapshotEvery: 32}
	a.people = &customer.Directory{Store: a.list.people, Salt: salt}
	a.cases = &interaction.Desk{Rules: a.rules.cases, Store: a.list.cases}
	behind, ok, err := database.Setting(ctx, a.db.Reader(), "behind")
	if ok && a.follow {
		a.behind.Store(int64(binary.BigEndian.Uint64(behind)))
	}
	return err
}

// salt is the secret under which suppressed points are hashed. It is made once.
func (a *App) salt(ctx context.Context) ([]byte, error) {
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	err := a.db.Update(ctx, func(ctx context.Context, tx database.Tx) error {
		return database.SetSetting(ctx, tx, "salt", fresh, true)
	})
	if err != nil {
		return nil, err
	}
	salt, _, err := database.Setting(ctx, a.db.Reader(), "salt")
	return salt, err
}

// Close closes the database once what runs is done.
func (a *App) Close() error { return a.db.Close() }

// Now is the application's clock, in UTC and whole microseconds.
func (a *App) Now() time.Time {
	return a.machine().Add(-time.Duration(a.behind.Load())).UTC().Truncate(time.Microsecond)
}

// goOnFrom sets the clock back so that it goes on from an instant, where the options say
// so and the instant lies behind.
func (a *App) goOnFrom(ctx context.Context, end time.Time) error {
	behind := a.machine().Sub(end)
	if !a.follow || behind <= 0 {
		return nil
	}
	err := a.db.Update(ctx, func(ctx context.Context, tx database.Tx) error {
		return database.SetSetting(ctx, tx, "behind", binary.BigEndian.AppendUint64(nil, uint64(behind)), false)
	})
	if err == nil {
		a.behind.Store(int64(behind))
	}
	return err
}

// Head says what the application holds and which clock it goes by.
func (a *App) Head(ctx context.Context) (Head, error) {
	h := Head{Shop: shopName, Currency: currency, Zone: zoneName, Now: a.Now()}
	h.Behind = time.Duration(a.behind.Load())
	h.Customers = int64(a.world.size())
	counts, err := database.Count(ctx, a.db.Reader())
	h.Orders = counts.Orders
	if err != nil {
		return h, err
	}
	_, h.Simulated, err = database.Setting(ctx, a.db.Reader(), "simulated")
	return h, err
}

// NewKey makes a key for a form: 26 characters that nobody guesses.
func (a *App) NewKey() string {
	var raw [16]byte
	a.random.Lock()
	_, err := io.ReadFull(a.random.Reader, raw[:])
	a.random.Unlock()
	if err != nil { // crypto/rand never fails; a source that was passed in may
		panic(fmt.Sprintf("desk: no randomness: %v", err))
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw[:])
}

// CatchUp settles what time alone has done by now: points that died, holds that ran out,
// deadlines of cases. It is idempotent; a host calls it every minute or so.
func (a *App) CatchUp(ctx context.Context) error {
	now := a.Now()
	report, err := a.points.Sweep(ctx, now, nil)
	if err != nil {
		return err
	}
	moved, err := a.wakeCases(ctx, now)
	if err != nil {
		return err
	}
	lapsed, err := a.lapse(ctx, now)
	if err != nil {
		return err
	}
	if report.Events > 0 || moved > 0 || lapsed > 0 {
		return a.world.reload(ctx, a)
	}
	return nil
}
