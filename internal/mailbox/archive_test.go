package mailbox

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/mholt/archives"
)

const (
	mailA = "Subject: a\n\nA\n"
	mailB = "Subject: b\n\nB\n"
	twoAB = sepA + mailA + "\n" + sepB + mailB + "\n"
)

// entry is a file of an archive or a folder.
type entry struct{ name, data string }

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		must(t, w.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.data)), Mode: 0o600, ModTime: time.Unix(0, 0)}))
		_, err := w.Write([]byte(e.data))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		file, err := w.Create(e.name)
		must(t, err)
		_, err = file.Write([]byte(e.data))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func packWith(t testing.TB, format archives.Compressor, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := format.OpenWriter(&b)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

func gzipOf(t testing.TB, data []byte) []byte { return packWith(t, archives.Gz{}, data) }

// sevenZipOf writes a 7z archive of one stored file.
func sevenZipOf(e entry) []byte {
	number := func(n int) []byte { return []byte{0x80 | byte(n>>8), byte(n)} }
	var name []byte
	for _, unit := range append(utf16.Encode([]rune(e.name)), 0) {
		name = binary.LittleEndian.AppendUint16(name, unit)
	}
	size := number(len(e.data))
	return sevenZipWith([]byte(e.data), slices.Concat(
		[]byte{1, 4, 6, 0, 1, 9}, size, []byte{0}, // one packed stream
		[]byte{7, 0x0B, 1, 0, 1, 1, 0, 0x0C}, size, []byte{0x0A, 1}, crc([]byte(e.data)), []byte{0, 0}, // one folder, copied
		[]byte{5, 1, 0x11}, number(len(name)+1), []byte{0}, name, []byte{0, 0}, // one file
	))
}

// sevenZipWith puts right sums around a header.
func sevenZipWith(data, header []byte) []byte {
	start := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	start = binary.LittleEndian.AppendUint64(start, uint64(len(header)))
	start = append(start, crc(header)...)
	return slices.Concat([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc(start), start, data, header)
}

func crc(b []byte) []byte { return binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(b)) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// line is an item as the tests below write it: where, what, why not.
func line(i Item) string {
	s := i.Path
	if i.Offset > 0 {
		s += fmt.Sprintf("@%d", i.Offset)
	}
	if i.Skipped {
		return s + " skipped"
	}
	if i.Rejected != "" {
		return s + " rejected: " + i.Rejected
	}
	return s + " " + strings.ReplaceAll(string(i.Raw), "\n", "|")
}

// load walks arg and returns a line for each source, item and error.
func load(t testing.TB, arg string, opts Options) []string {
	t.Helper()
	ctx := context.Background()
	var lines []string
	for source, err := range Walk(ctx, arg, opts) {
		if err != nil {
			lines = append(lines, "error "+strings.ReplaceAll(err.Error(), arg, "ARG"))
			continue
		}
		lines = append(lines, source.Format.String()+" "+source.Path)
		for item, err := range source.Items(ctx, nil) {
			if err != nil {
				lines = append(lines, "error "+strings.ReplaceAll(err.Error(), arg, "ARG"))
				continue
			}
			lines = append(lines, "  "+line(item))
		}
	}
	return lines
}

func loadBytes(t testing.TB, name string, data []byte, opts Options) []string {
	t.Helper()
	arg := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(arg, data, 0o600))
	return load(t, arg, opts)
}

func check(t testing.TB, name string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %s\nwant %s", name, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func flat(mail string) string { return strings.ReplaceAll(mail, "\n", "|") }

func TestCompressed(t *testing.T) {
	for ext, format := range map[string]archives.Compressor{
		"gz": archives.Gz{}, "xz": archives.Xz{}, "zst": archives.Zstd{}, "bz2": archives.Bz2{},
	} {
		name := "x.mbox." + ext
		check(t, ext, loadBytes(t, name, packWith(t, format, []byte(twoAB)), Options{}),
			"mbox "+name, "  "+name+"@46 "+flat(mailA), "  "+name+"@107 "+flat(mailB))
		// Files of several streams, as log rotation and parallel packers write.
		double := append(packWith(t, format, []byte(sepA+mailA+"\n")), packWith(t, format, []byte(sepB+mailB+"\n"))...)
		check(t, ext+" twice", loadBytes(t, name, double, Options{}),
			"mbox "+name, "  "+name+"@46 "+flat(mailA), "  "+name+"@107 "+flat(mailB))
		check(t, ext+" message", loadBytes(t, "x."+ext, packWith(t, format, []byte(mailA)), Options{}),
			"message x."+ext, "  x."+ext+" "+flat(mailA))
	}
}

func TestArchives(t *testing.T) {
	entries := []entry{{"in/x.mbox", twoAB}, {"in/a.eml", mailA}, {"../b", mailB}, {"n.txt", "note"}, {".DS_Store", "x"}, {"in/a.eml", mailB}}
	want := func(name string) []string {
		return []string{
			"archive " + name, "  " + name + "/in/x.mbox@46 " + flat(mailA), "  " + name + "/in/x.mbox@107 " + flat(mailB),
			"  " + name + "/in/a.eml " + flat(mailA), "  " + name + "/b " + flat(mailB),
			"  " + name + "/n.txt rejected: no mail header at its start", "  " + name + "/in/a.eml#2 " + flat(mailB),
		}
	}
	check(t, "tar", loadBytes(t, "x.tar", tarOf(t, entries...), Options{}), want("x.tar")...)
	check(t, "tar.gz", loadBytes(t, "x.tgz", gzipOf(t, tarOf(t, entries...)), Options{}), want("x.tgz")...)
	check(t, "zip", loadBytes(t, "x.zip", zipOf(t, entries...), Options{}), want("x.zip")...)
	check(t, "7z", loadBytes(t, "x.7z", sevenZipOf(entries[0]), Options{}), want("x.7z")[:3]...)
	nested := zipOf(t, entry{"a.tar.gz", string(gzipOf(t, tarOf(t, entry{"b.zip", string(zipOf(t, entry{"c.gz", string(gzipOf(t, []byte(mailA)))}))})))})
	check(t, "nested", loadBytes(t, "n.zip", nested, Options{}), "archive n.zip", "  n.zip/a.tar.gz/b.zip/c.gz "+flat(mailA))
	deep := []byte(mailA)
	for range maxLayers + 1 {
		deep = gzipOf(t, deep)
	}
	check(t, "too deep", loadBytes(t, "d.gz", deep, Options{}), "message d.gz", "  d.gz rejected: packed more than 6 layers deep")
	check(t, "document", loadBytes(t, "d.docx", zipOf(t, entry{"[Content_Types].xml", "<x>"}, entry{"word/x.xml", "<y>"}), Options{}),
		"archive d.docx", "  d.docx rejected: an office document or program package, not an archive of mails")
}

func TestArchiveMaildirAndLinks(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(t, w.WriteHeader(&tar.Header{Name: "cur/1:2,S", Size: int64(len(twoAB)), Mode: 0o600}))
	_, err := io.WriteString(w, twoAB)
	must(t, err)
	must(t, w.WriteHeader(&tar.Header{Name: "hard", Linkname: "cur/1:2,S", Typeflag: tar.TypeLink}))
	must(t, w.WriteHeader(&tar.Header{Name: "soft", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink}))
	must(t, w.WriteHeader(&tar.Header{Name: "pipe", Typeflag: tar.TypeFifo}))
	must(t, w.Close())
	check(t, "tar", loadBytes(t, "x.tar", b.Bytes(), Options{}), "archive x.tar", "  x.tar/cur/1:2,S "+flat(twoAB),
		"  x.tar/hard rejected: a hard link, which is not followed", "  x.tar/soft rejected: a symbolic link, which is not followed",
		"  x.tar/pipe rejected: a special file, not a regular one")
}

func TestTruncated(t *testing.T) {
	noise := make([]byte, 3000)
	for i, seed := 0, uint32(1); i < len(noise); i++ {
		seed = seed*1664525 + 1013904223
		noise[i] = 'a' + byte(seed>>24)%26
	}
	long := sepA + mailA + "\n" + sepB + "Subject: b\n\n" + string(noise)
	packed := gzipOf(t, []byte(long))
	got := loadBytes(t, "x.gz", packed[:len(packed)-500], Options{})
	check(t, "gzip mbox", got, "mbox x.gz", "  x.gz@46 "+flat(mailA), "  x.gz@107 rejected: the gzip data ends early")
	check(t, "gzip head", loadBytes(t, "x.gz", packed[:5], Options{}), "message x.gz", "  x.gz rejected: the gzip data ends early")
	check(t, "gzip sum", loadBytes(t, "x.gz", append(packed[:len(packed)-8:len(packed)-8], make([]byte, 8)...), Options{})[2:],
		"  x.gz@107 rejected: the gzip data is damaged: gzip: invalid checksum")
	whole := tarOf(t, entry{"a.eml", mailA}, entry{"b.eml", "Subject: b\n\n" + string(noise)})
	check(t, "tar", loadBytes(t, "x.tar", whole[:2000], Options{}), "archive x.tar", "  x.tar/a.eml "+flat(mailA), "  x.tar/b.eml rejected: the tar data ends early")
	check(t, "tar between", loadBytes(t, "x.tar", whole[:1100], Options{}), "archive x.tar", "  x.tar/a.eml "+flat(mailA), "  x.tar rejected: the tar data ends early")
	check(t, "zip", loadBytes(t, "x.zip", zipOf(t, entry{"a", mailA})[:60], Options{}), "archive x.zip", "  x.zip rejected: the zip data is damaged: zip: not a valid zip file")
	broken := sevenZipOf(entry{"a", mailA})
	check(t, "7z", loadBytes(t, "x.7z", broken[:len(broken)-4], Options{})[:1], "archive x.7z")
}

func TestRejectedBytesAreKept(t *testing.T) {
	for name, data := range map[string][]byte{
		"x.zip": zipOf(t, entry{"a", mailA})[:60], "x.gz": gzipOf(t, []byte(mailA))[:9], "y.gz": []byte("\x1f\x8b\x08\xff\xff\xff"),
		"x.7z": sevenZipOf(entry{"a", mailA})[:40], "x.bin": []byte("\x00\x01\x02"),
	} {
		arg := filepath.Join(t.TempDir(), name)
		must(t, os.WriteFile(arg, data, 0o600))
		for source, err := range Walk(t.Context(), arg, Options{}) {
			must(t, err)
			for item, err := range source.Items(t.Context(), nil) {
				must(t, err)
				if item.Rejected == "" || !bytes.Equal(item.Raw, data) {
					t.Errorf("%s: got %q (%s), want the file rejected", name, item.Raw, item.Rejected)
				}
			}
		}
	}
}

func TestExpansion(t *testing.T) {
	bomb := func(size int) []byte {
		var b bytes.Buffer
		w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
		_, err := io.CopyN(w, zeros{}, int64(size))
		must(t, err)
		must(t, w.Close())
		return b.Bytes()
	}
	got := loadBytes(t, "x.gz", bomb(1<<20), Options{MaxExpansion: 1 << 16})
	check(t, "total", got, "message x.gz", "  x.gz rejected: the gzip data expands too far, past the limit of 65536 bytes")
	got = loadBytes(t, "x.gz", bomb(70<<20), Options{MaxRatio: 10, MaxItem: 1 << 30})
	check(t, "ratio", got, "message x.gz", "  x.gz rejected: the gzip data expands too far, past the limit of 67108864 bytes")
	inner := zipOf(t, entry{"a.eml", mailA}, entry{"b.gz", string(bomb(1 << 20))})
	got = loadBytes(t, "x.zip", inner, Options{MaxExpansion: 1 << 17})
	check(t, "inside", got, "archive x.zip", "  x.zip/a.eml "+flat(mailA), "  x.zip/b.gz rejected: the gzip data expands too far, past the limit of 131072 bytes")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// FuzzArchive demands that no damage to an archive panics or ends the items
// without one.
func FuzzArchive(f *testing.F) {
	f.Add(tarOf(f, entry{"a", mailA}))
	f.Add(zipOf(f, entry{"a", mailA}))
	f.Add(gzipOf(f, []byte(twoAB)))
	f.Add(packWith(f, archives.Xz{}, []byte(twoAB)))
	f.Add(packWith(f, archives.Zstd{}, []byte(twoAB)))
	f.Add(packWith(f, archives.Bz2{}, []byte(twoAB)))
	f.Add(sevenZipOf(entry{"a", mailA}))
	arg := filepath.Join(f.TempDir(), "x")
	f.Fuzz(func(t *testing.T, data []byte) { readHostile(t, arg, data) })
}

// FuzzSevenZip gives a 7z archive a header with right sums.
func FuzzSevenZip(f *testing.F) {
	whole := sevenZipOf(entry{"a", mailA})
	f.Add(whole[32+len(mailA):])
	f.Add([]byte{idHeader, idStreams, idPackInfo, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F})
	f.Add([]byte("\x01\x04\x060\x01\t0\x00\a\v\x01\x00\x01A0\f\xda00\x00\x00\x05\x01\x00\x00")) // a file without a name
	f.Add([]byte{idHeader, idFiles, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0})
	f.Add([]byte{idPacked, idPackInfo, 0, 1, idSize, 9, 0, idUnpackInfo, idFolder, 1, 0, 1, 1, 0, idUnpackSize, 9, 0, 0})
	arg := filepath.Join(f.TempDir(), "x")
	f.Fuzz(func(t *testing.T, header []byte) { readHostile(t, arg, sevenZipWith([]byte(mailA), header)) })
}

func readHostile(t *testing.T, arg string, data []byte) {
	t.Helper()
	must(t, os.WriteFile(arg, data, 0o600))
	for source, err := range Walk(t.Context(), arg, Options{MaxItem: 1 << 16, MaxExpansion: 1 << 20}) {
		must(t, err)
		for item, err := range source.Items(t.Context(), nil) {
			must(t, err)
			if item.Path == "" || !fs.ValidPath(item.Path) {
				t.Errorf("got path %q, want a valid one", item.Path)
			}
		}
	}
}
