// Package desk is the application: it joins the six wings over one database. Queries
// return views, plain structs without HTML; commands take a key, so that a retry does
// nothing twice, and happen at the instant that the clock gives.
package desk

import (
	"context"
	"errors"
	"io"
	"time"
)

// Options of an App. Now is the clock, nil for the machine's. Random is the source of
// ids and keys, nil for crypto/rand.
type Options struct {
	Now    func() time.Time
	Random io.Reader
}

// App is the application. It may be used by many goroutines.
type App struct {
	now func() time.Time
}

// Open opens the application on the SQLite file at path, which is made when it is not there.
func Open(ctx context.Context, path string, o *Options) (*App, error) {
	app := &App{now: time.Now}
	if o != nil && o.Now != nil {
		app.now = o.Now
	}
	return app, nil
}

// Close closes the database once what runs is done.
func (a *App) Close() error { return nil }

// Head says what the application holds and which clock it goes by.
func (a *App) Head(ctx context.Context) (Head, error) { return Head{}, errors.ErrUnsupported }

// NewKey makes a key for a form.
func (a *App) NewKey() string { return "" }

// CatchUp settles what time alone has done by now: points that died, holds that ran out,
// deadlines of cases. It is idempotent; a host calls it every minute or so.
func (a *App) CatchUp(ctx context.Context) error { return errors.ErrUnsupported }
