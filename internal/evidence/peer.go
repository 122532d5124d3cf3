package evidence

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Peer is a program of others that Skein is held against.
type Peer struct {
	Command string
	Package string // of Debian
}

// The peers.
var (
	Notmuch = Peer{"notmuch", "notmuch"}
	Mu      = Peer{"mu", "maildir-utils"}
	Python3 = Peer{"python3", "python3"}
)

// Installed says whether the peer can be called.
func (p Peer) Installed() bool {
	_, err := exec.LookPath(p.Command)
	return err == nil
}

// Version returns the first line of what the peer says of itself.
func (p Peer) Version(ctx context.Context) string {
	out, err := Output(exec.CommandContext(ctx, p.Command, "--version"))
	if err != nil {
		return p.Command + " (version unknown)"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

// Need sees that peers are installed: it installs what is missing where it
// may, and else says what to install.
func Need(ctx context.Context, peers ...Peer) error {
	var missing, packages []string
	for _, p := range peers {
		if !p.Installed() {
			missing, packages = append(missing, p.Command), append(packages, p.Package)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	said := fmt.Errorf("%s not installed: install the packages %s",
		strings.Join(missing, " and "), strings.Join(packages, " "))
	if _, err := exec.LookPath("apt-get"); err != nil || os.Geteuid() != 0 {
		return said
	}
	install := append([]string{"install", "-y", "--no-install-recommends"}, packages...)
	if aptGet(ctx, install...) == nil {
		return nil
	}
	if err := aptGet(ctx, "update"); err != nil {
		return fmt.Errorf("%w; %w", said, err)
	}
	if err := aptGet(ctx, install...); err != nil {
		return fmt.Errorf("%w; %w", said, err)
	}
	return nil
}

func aptGet(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	_, err := Output(cmd)
	return err
}
