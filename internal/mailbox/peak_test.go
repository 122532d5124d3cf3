package mailbox

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// maxPeak is the most memory that reading any file may take, in MB.
const maxPeak = 512

// TestPeak reads large and hostile files, each in a process of its own, and
// looks at the most memory that process ever held.
func TestPeak(t *testing.T) {
	if testing.Short() {
		t.Skip("short: it writes and reads some GB")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("only Linux tells a process the most memory it held, and REQUIRE_ALL is set")
		}
		t.Skip("only Linux tells a process the most memory it held")
	}
	for _, test := range []struct {
		name            string
		write           func(t *testing.T, w io.Writer) // nil for a sparse file of 1 GB behind start
		start           string
		found, rejected int
	}{
		{name: "one mail of 1 GB in an mbox", start: sepA + "Subject: a\n\n", found: 1, rejected: 1},
		{name: "one mail of 1 GB", start: "Subject: a\n\n", found: 1, rejected: 1},
		{name: "an emlx of 1 GB", start: "1000000000\nSubject: a\n\n", found: 1, rejected: 1},
		{name: "a field of 1 GB", start: "file,message\n1,\"Subject: a\n\n", found: 1, rejected: 1},
		{name: "a row without a comma of 1 GB", start: "file,message\n1", found: 1, rejected: 1},
		{name: "an OLE file of 1 GB", start: "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", found: 1, rejected: 1},
		{name: "an mbox of 300 MB", write: manyMails, found: 30000},
		{name: "an mbox whose last mail has 191 MB", write: largeLast, found: 2},
		{name: "a mail of 191 MB in an mbox of its own", write: largeAlone, found: 1},
		{name: "a zip of zips", write: zipOfZips, found: 61, rejected: 61},
		{name: "a zip whose members share 1 GB", write: sharedZip, found: 40, rejected: 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "x")
			file, err := os.Create(name)
			must(t, err)
			_, err = file.WriteString(test.start)
			must(t, err)
			if test.write == nil {
				must(t, file.Truncate(1<<30))
			} else {
				out := bufio.NewWriterSize(file, 1<<20)
				test.write(t, out)
				must(t, out.Flush())
			}
			must(t, file.Close())
			child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPeakChild$", "-test.v")
			child.Env = append(os.Environ(), "SKEIN_TEST_PEAK="+name)
			out, err := child.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			var found, rejected, peak int
			_, told, _ := strings.Cut(string(out), "peak: ")
			_, err = fmt.Sscan(told, &found, &rejected, &peak)
			must(t, err)
			t.Logf("%d items, %d rejected, %d MB", found, rejected, peak)
			if found != test.found || rejected != test.rejected || peak > maxPeak {
				t.Errorf("got %d items, %d rejected and %d MB, want %d, %d and at most %d MB", found, rejected, peak, test.found, test.rejected, maxPeak)
			}
		})
	}
}

// TestPeakChild is the process that TestPeak starts.
func TestPeakChild(t *testing.T) {
	name := os.Getenv("SKEIN_TEST_PEAK")
	if name == "" {
		return
	}
	var found, rejected int
	for source, err := range Walk(t.Context(), name, Options{}) {
		must(t, err)
		for item, err := range source.Items(t.Context(), nil) {
			must(t, err)
			found++
			rejected += count(item.Rejected != "")
		}
	}
	status, err := os.ReadFile("/proc/self/status")
	must(t, err)
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	kb, err := strconv.Atoi(strings.Fields(peak)[0])
	must(t, err)
	fmt.Printf("peak: %d %d %d\n", found, rejected, kb>>10)
}

const tenKB = 10 << 10

func manyMails(t *testing.T, w io.Writer) {
	one := sepA + "Subject: a\n\n" + strings.Repeat("some words of a mail\n", tenKB/21) + "\n"
	for range 30000 {
		_, err := io.WriteString(w, one)
		must(t, err)
	}
}

func largeAlone(t *testing.T, w io.Writer) {
	_, err := io.Copy(w, io.MultiReader(strings.NewReader(sepA+"Subject: a\n\n"), &endless{191 << 20}))
	must(t, err)
}

func largeLast(t *testing.T, w io.Writer) {
	_, err := io.WriteString(w, sepA+mailA+"\n")
	must(t, err)
	largeAlone(t, w)
}

// zipOfZips holds 16 zips of 16 zips, and so on, five deep, the last of which
// hold 100 MB each. The first of them at each depth uses up what the file may
// expand to, so all the others are rejected: 15 at each of four depths.
func zipOfZips(t *testing.T, w io.Writer) {
	inner := bytes.Repeat([]byte{0}, 100<<20)
	name := "zeros"
	for depth := range 5 {
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		for i := range 16 {
			file, err := z.Create(fmt.Sprintf("%s-%d-%d", name, depth, i))
			must(t, err)
			_, err = file.Write(inner)
			must(t, err)
			if depth == 0 {
				break
			}
		}
		must(t, z.Close())
		inner, name = packed.Bytes(), "zip"
	}
	_, err := w.Write(inner)
	must(t, err)
}

// sharedZip lists one compressed member of 1 GB forty times.
func sharedZip(t *testing.T, w io.Writer) {
	var packed bytes.Buffer
	deflate, err := flate.NewWriter(&packed, flate.BestSpeed)
	must(t, err)
	sum := crc32.NewIEEE()
	size, err := io.Copy(io.MultiWriter(deflate, sum), &endless{1 << 30})
	must(t, err)
	must(t, deflate.Close())
	z := zip.NewWriter(w)
	for i := range 40 {
		file, err := z.CreateRaw(&zip.FileHeader{
			Name: strconv.Itoa(i), Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(size),
		})
		must(t, err)
		_, err = file.Write(packed.Bytes())
		must(t, err)
	}
	must(t, z.Close())
}
