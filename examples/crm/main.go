// Command crm is a small web application on one SQLite file that joins the six wings of
// rapport: customers, what passed between them and the shop, their points, what they say,
// what it amounts to, and how to speak with them.
//
//	go run .
//
// Without a flag it fills itself with a simulated shop and listens on 127.0.0.1:8077.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	_ "modernc.org/sqlite" // the driver of the lock

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
	"github.com/rapport-go/rapport/examples/crm/internal/web"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stderr)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "crm: stopped")
	default:
		fmt.Fprintln(os.Stderr, "crm:", err)
		stop()
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	addr, db, invoices, token, surveyJS string
	now                                 time.Time
	secure                              bool
}

// grace is how long requests at work may take after the server was asked to end.
const grace = 10 * time.Second

func parse(args []string, out io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("crm", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8077", "address to listen on; anything but loopback needs -token")
	flags.StringVar(&s.db, "db", "", "database `file` (default crm.db in a folder rapport-crm of the user's cache)")
	flags.StringVar(&s.invoices, "invoices", "", "import this `file` of invoices (columns InvoiceNo, CustomerID, InvoiceDate, Country, amount; plain or gzip) in place of the simulated shop")
	flags.StringVar(&s.token, "token", os.Getenv("CRM_TOKEN"), "administrator's `token` of at least 16 bytes (default $CRM_TOKEN, which no list of processes shows)")
	flags.StringVar(&s.surveyJS, "surveyjs", "", "`folder` with the unpacked npm packages survey-core and survey-js-ui; surveys are plain HTML without")
	flags.BoolVar(&s.secure, "secure", false, "the server stands behind TLS: cookies are for HTTPS only")
	now := flags.String("now", "", "fix the clock at this `instant` (RFC 3339), for demonstrations and tests")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("%q is no flag", flags.Arg(0))
	}
	if *now != "" {
		var err error
		if s.now, err = time.Parse(time.RFC3339, *now); err != nil {
			return s, fmt.Errorf("-now: %w", err)
		}
	}
	return s, web.CheckAddress(s.addr, s.token)
}

// run is the whole program.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	s, err := parse(args, out)
	if err != nil {
		return err
	}
	path, err := database(s.db)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out, "database:", path)
	options := &desk.Options{FollowData: true, Stale: 5 * time.Second}
	if !s.now.IsZero() {
		options.FollowData, options.Now = false, func() time.Time { return s.now }
	}
	ln, err := net.Listen("tcp", s.addr) // before the import: an address that is taken is told at once
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }()
	release, err := claim(ctx, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	app, err := desk.Open(ctx, path, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Close()) }()
	server, err := web.New(app, &web.Options{
		Token: s.token, Secure: s.secure, SurveyJS: folder(s.surveyJS), Log: slog.New(slog.NewTextHandler(out, nil)),
	})
	if err != nil {
		return err
	}
	if err := fill(ctx, app, s.invoices, out); err != nil {
		return err
	}
	timers := make(chan struct{})
	go func() {
		defer close(timers)
		wake(ctx, app, out)
	}()
	_, _ = fmt.Fprintf(out, "listening on http://%s (end with Ctrl-C)\n", ln.Addr())
	err = server.Serve(ctx, ln, grace)
	<-timers
	return err
}

// database is the file to open. Only its owner may read it: it holds what people told.
func database(path string) (string, error) {
	if path == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			dir = os.TempDir()
		}
		path = filepath.Join(dir, "rapport-crm", "crm.db")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return "", err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	return path, f.Close()
}

// claim takes a database for this process alone, since the application remembers what is in
// it: a second one on the same file would show what the first has changed. The lock is one
// of SQLite's on a file beside it, and ends with the process however that ends.
func claim(ctx context.Context, path string) (release func() error, err error) {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path + "-lock"}).EscapedPath()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("%s is in use, by another crm as it seems; end that one, or choose another file with -db (%w)", path, err)
	}
	return db.Close, nil
}

func folder(path string) fs.FS {
	if path == "" {
		return nil
	}
	return os.DirFS(path)
}

// fill imports the file that was asked for, or the simulated shop into an empty database.
func fill(ctx context.Context, app *desk.App, invoices string, out io.Writer) error {
	head, err := app.Head(ctx)
	if err != nil {
		return err
	}
	imports, err := app.Imports(ctx)
	if err != nil {
		return err
	}
	broken := len(imports) > 0 && !imports[0].Done
	switch {
	case invoices != "":
	case broken && imports[0].Simulated():
		_, _ = fmt.Fprintln(out, "the import was interrupted; it goes on")
	case broken:
		_, _ = fmt.Fprintf(out, "the import of %s was interrupted; give it with -invoices once more to go on\n", imports[0].Source)
		fallthrough
	case head.Customers > 0:
		_, _ = fmt.Fprintf(out, "%d customers, %d orders and returns\n", head.Customers, head.Orders)
		return nil
	}
	line := &progress{out: out, every: terminal(out)}
	var report desk.ImportReport
	if invoices == "" {
		report, err = app.ImportShop(ctx, line.tell)
	} else {
		report, err = importFile(ctx, app, invoices, line)
	}
	line.end()
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "imported %s in %v:", report.Source, report.Took.Round(time.Millisecond))
	for _, n := range report.Written {
		_, _ = fmt.Fprintf(out, " %s %d,", n.Label, n.Count)
	}
	_, _ = fmt.Fprintf(out, " known before %d, malformed %d", report.Known, report.Malformed)
	for _, n := range []desk.Count{{Label: "twice in the file", Count: report.Duplicates}, {Label: "without a customer", Count: report.Anonymous}, {Label: "over nothing", Count: report.Free}} {
		if n.Count > 0 {
			_, _ = fmt.Fprintf(out, ", %s %d", n.Label, n.Count)
		}
	}
	_, _ = fmt.Fprintln(out)
	for _, fault := range report.Faults {
		_, _ = fmt.Fprintln(out, "  ", fault)
	}
	return nil
}

func importFile(ctx context.Context, app *desk.App, path string, line *progress) (desk.ImportReport, error) {
	f, err := os.Open(path)
	if err != nil {
		return desk.ImportReport{}, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return desk.ImportReport{}, err
	}
	return app.ImportInvoices(ctx, desk.ImportCommand{Key: app.NewKey(), Name: filepath.Base(path), Body: f, Size: info.Size()}, line.tell)
}

// wake lets time pass for what waits for it.
func wake(ctx context.Context, app *desk.App, out io.Writer) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := app.CatchUp(ctx); err != nil && ctx.Err() == nil {
				_, _ = fmt.Fprintln(out, "crm: timers:", err)
			}
		}
	}
}

// progress draws one line that overwrites itself on a screen; in a file it writes a line
// for every ten percent.
type progress struct {
	out   io.Writer
	every bool
	last  string
}

func (p *progress) tell(what string, done, total int64) {
	percent := done * 100 / max(total, 1)
	if !p.every {
		percent -= percent % 10
	}
	text := fmt.Sprintf("%s %3d %%", what, percent)
	if text == p.last {
		return
	}
	p.last = text
	if p.every {
		_, _ = fmt.Fprintf(p.out, "\r\033[K%s", text)
		return
	}
	_, _ = fmt.Fprintln(p.out, text)
}

func (p *progress) end() {
	if p.every && p.last != "" {
		_, _ = fmt.Fprint(p.out, "\r\033[K")
	}
}

// terminal reports whether out is a screen and not a pipe or a file.
func terminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
