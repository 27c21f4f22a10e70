// Package local runs Beam's Prism runner inside the process, on loopback only.
//
// Prism listens on every interface of the machine, without authentication, and whoever
// reaches its port may submit a job, which may start a process. The SDK has no option for
// the address. So the listening socket is bound to the loopback device before the
// first job, which Linux allows (5.7 and later, no privilege needed); elsewhere [Start]
// refuses. Between its making and its binding the socket is open for some microseconds.
package local

import (
	"context"
	"errors"
	"fmt"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/options/jobopts"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"
)

// ErrExposed says that Prism cannot be kept on loopback here.
var ErrExposed = errors.New("local: Prism would listen on every interface of this machine; use the direct runner")

// Prism is a running Prism.
type Prism struct {
	endpoint string
	port     int
}

// Start starts Prism and makes it the endpoint of beam.Run with the runner "prism". No
// second one may be started while it runs. [Prism.Close] stops it.
func Start(ctx context.Context) (*Prism, error) {
	if *jobopts.Endpoint != "" {
		return nil, fmt.Errorf("local: there is an endpoint already, %s", *jobopts.Endpoint)
	}
	before, err := listeners()
	if err != nil {
		return nil, err
	}
	if _, err := prism.CreateJobServer(ctx, prism.Options{}); err != nil {
		return nil, err
	}
	after, err := listeners()
	if err != nil {
		return nil, err
	}
	var p Prism
	for port, fd := range after {
		if _, old := before[port]; old {
			continue
		}
		if err := confine(fd); err != nil {
			return nil, errors.Join(fmt.Errorf("%w (%w)", ErrExposed, err), silence(fd))
		}
		p = Prism{endpoint: fmt.Sprintf("localhost:%d", port), port: port}
	}
	if p.port == 0 {
		return nil, errors.New("local: Prism's port was not found")
	}
	*jobopts.Endpoint, *jobopts.EnvironmentType = p.endpoint, "loopback"
	return &p, nil
}

// Endpoint is where Prism listens.
func (p *Prism) Endpoint() string { return p.endpoint }

// Close makes Prism listen no more. Its jobs have to be over.
func (p *Prism) Close() error {
	*jobopts.Endpoint, *jobopts.EnvironmentType = "", ""
	open, err := listeners()
	if err != nil {
		return err
	}
	if fd, ok := open[p.port]; ok {
		return silence(fd)
	}
	return nil
}
