package internal

import (
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

type compose struct {
	Services map[string]service
	Volumes  map[string]any
	Secrets  map[string]struct{ File string }
}

type service struct {
	Image       string
	Build       string
	Command     []string
	Environment map[string]string
	Secrets     []string
	Volumes     []string
	Ports       []string
	Healthcheck struct{ Test []string }
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Restart     string
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	if err := yaml.Unmarshal([]byte(read(t, "../docker-compose.yml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestComposeNames shows that what services refer to is there.
func TestComposeNames(t *testing.T) {
	c := readCompose(t)
	for _, name := range []string{"neo4j", "ingest", "api"} {
		if _, ok := c.Services[name]; !ok {
			t.Errorf("there is no service %s", name)
		}
	}
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s: secret %s has no file", name, secret)
			}
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if _, ok := c.Volumes[source]; !ok && !strings.HasPrefix(source, "./") {
				t.Errorf("%s: there is no volume %s", name, source)
			}
		}
		for other, on := range s.DependsOn {
			if on.Condition == "service_healthy" && c.Services[other].Healthcheck.Test == nil {
				t.Errorf("%s waits for the health of %s, which is not checked", name, other)
			}
		}
		for key, value := range s.Environment {
			if path, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(s.Secrets, path) {
				t.Errorf("%s: %s names secret %s, which the service is not given", name, key, path)
			}
			if strings.HasSuffix(key, "PASSWORD") || key == "NEO4J_AUTH" {
				t.Errorf("%s: %s shows a password to whoever inspects the container", name, key)
			}
		}
	}
}

// TestComposeStaysHere shows that nothing is reached from beyond the host.
func TestComposeStaysHere(t *testing.T) {
	ports := 0
	for name, s := range readCompose(t).Services {
		for _, port := range s.Ports {
			ports++
			host, _, _ := strings.Cut(port, ":")
			if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
				t.Errorf("%s publishes %s beyond loopback", name, port)
			}
		}
	}
	if ports == 0 {
		t.Error("nothing is published at all")
	}
}

// TestImages shows that containers run what the tests ran on.
func TestImages(t *testing.T) {
	cmd := exec.Command("../scripts/neo4j.sh", "version")
	cmd.Env = append(os.Environ(), "SKEIN_NEO4J_VERSION=")
	version, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got, want := readCompose(t).Services["neo4j"].Image, "neo4j:"+strings.TrimSpace(string(version))+"-community"
	if got != want {
		t.Errorf("docker-compose.yml has %s, scripts/neo4j.sh %s", got, want)
	}
	golang := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))[1]
	node := regexp.MustCompile(`"node": ">=(\d+)`).FindStringSubmatch(read(t, "../explorer/package.json"))[1]
	for _, from := range []string{"FROM golang:" + golang + "-", "FROM node:" + node + "-"} {
		if !strings.Contains(read(t, "../Dockerfile"), from) {
			t.Errorf("Dockerfile lacks %q", from)
		}
	}
}

// TestDockerignore shows that nothing comes into an image but what is named.
func TestDockerignore(t *testing.T) {
	var named []string
	lines := strings.Split(read(t, "../.dockerignore"), "\n")
	if !slices.Contains(lines, "*") {
		t.Fatal("no line excludes everything first")
	}
	for _, line := range lines {
		if name, ok := strings.CutPrefix(line, "!"); ok {
			named = append(named, name)
		}
	}
	want := []string{"cmd", "explorer", "graph", "internal", "go.mod", "go.sum", "schema.graphqls", "explorer/dist/.gitkeep"}
	if !slices.Equal(named, want) {
		t.Errorf("got %q, want %q", named, want)
	}
}
