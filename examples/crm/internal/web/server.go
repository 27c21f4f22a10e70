package web

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Server answers the application's requests. Make one with [New].
type Server struct {
	desk       Desk
	opts       Options
	keys       keyring
	views      *views
	sheet      sheet
	renderer   *renderer // nil: surveys as plain HTML
	routes     []route
	mux        *http.ServeMux
	handler    http.Handler
	work       chan struct{}
	signIns    signIns
	randomLock sync.Mutex
}

// New joins the application with its pages. The error says what is wrong with a
// template, the survey renderer's files or the randomness; none depends on a request.
func New(d Desk, o *Options) (*Server, error) {
	s := &Server{desk: d, opts: o.withDefaults(), mux: http.NewServeMux()}
	s.work = make(chan struct{}, s.opts.AtWork)
	var err error
	if s.keys, err = newKeyring(s.opts.Random); err != nil {
		return nil, err
	}
	if s.sheet, err = newSheet(); err != nil {
		return nil, err
	}
	if s.views, err = newViews(); err != nil {
		return nil, err
	}
	if s.renderer, err = newRenderer(s.opts.SurveyJS); err != nil {
		return nil, err
	}
	s.routes = s.allRoutes()
	for _, rt := range s.routes {
		s.mux.Handle(rt.method+" "+rt.path, s.routeHandler(rt))
	}
	s.mux.Handle("/", http.HandlerFunc(s.noRoute))
	s.handler = s.guard(s.mux)
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Route names one request that the server answers.
type Route struct {
	// Method is the HTTP method; GET answers HEAD, too.
	Method string
	// Pattern is the path in the notation of http.ServeMux.
	Pattern string
}

// Routes are all requests that the server answers, in the order in which they were
// registered.
func (s *Server) Routes() []Route {
	out := make([]Route, 0, len(s.routes))
	for _, rt := range s.routes {
		out = append(out, Route{Method: rt.method, Pattern: rt.path})
	}
	return out
}

// HTTPServer is an http.Server for addr with limits on the size of headers and on how
// long a client may take for them, for its body and between requests.
func (s *Server) HTTPServer(addr string) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30*time.Second + s.opts.Patience,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          log.New(careful{s.opts.Log}, "", 0),
	}
}

// careful writes what net/http has to say without what may be somebody's.
type careful struct{ to *slog.Logger }

func (c careful) Write(p []byte) (int, error) {
	c.to.Warn("http", slog.String("error", redacted(errors.New(string(p)))))
	return len(p), nil
}

// Serve answers on ln until ctx is done, then lets requests at work finish for at most
// grace, and closes what is left. It returns nil after a shutdown in good order.
func (s *Server) Serve(ctx context.Context, ln net.Listener, grace time.Duration) error {
	server := s.HTTPServer(ln.Addr().String())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := server.Shutdown(last)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	if end := <-failed; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}
