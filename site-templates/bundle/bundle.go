// Joining, shrinking and naming the files.

package main

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// browsers are the oldest that get every feature the style sheet uses.
var browsers = []api.Engine{
	{Name: api.EngineChrome, Version: "120"},
	{Name: api.EngineFirefox, Version: "121"},
	{Name: api.EngineSafari, Version: "17.2"},
}

// bundled is the outcome: bytes by fingerprinted name, and names by source.
type bundled struct {
	files map[string][]byte
	names map[string]string // "fonts/cabin.woff2" -> "cabin-0123456789.woff2"

	tokens []byte            // css/tokens.css
	icons  map[string]string // drawings by name
}

// sheets and scripts are what pages link to, by the fields of Assets. Every page has the
// first sheet; the others are besides, for the pages of a section.
var (
	sheets = []file{
		{"CSS", "css/site.css"},
		{"ShopCSS", "css/shop.css"},
		{"AccountCSS", "css/account.css"},
		{"LoginCSS", "css/login.css"},
		{"CartCSS", "css/cart.css"},
		{"EventsCSS", "css/events.css"},
		{"OrganiseCSS", "css/organise.css"},
		{"FragmentCSS", "css/fragment.css"},
	}
	scripts = []file{
		{"JS", "ts/site.ts"},
		{"CardsJS", "ts/cards.ts"},
		{"GateJS", "ts/gate.ts"},
		{"PasskeyJS", "ts/passkey.ts"},
		{"CartJS", "ts/cart.ts"},
		{"OrderJS", "ts/order.ts"},
		{"CalendarJS", "ts/calendar.ts"},
		{"OrganiseJS", "ts/organise.ts"},
	}
)

// component is the script that other sites load, its style sheet in it. No page of ours links
// to it: the generator puts it where its address stays (urls.CalendarScript).
const component = "ts/ra-calendar.ts"

// file is a source, and the field of Assets that names what became of it.
type file struct{ field, source string }

// bundle reads a directory with the sheets, fonts, images, icons/sprite.svg and those of
// the scripts that are there. Licence texts and tools beside the files stay behind.
func bundle(sources string) (*bundled, error) {
	b := &bundled{files: map[string][]byte{}, names: map[string]string{}}
	for _, dir := range []string{"fonts", "images"} {
		if err := b.addDir(sources, dir); err != nil {
			return nil, err
		}
	}
	for _, sheet := range sheets {
		css, err := b.build(sources, sheet.source)
		if err != nil {
			return nil, err
		}
		b.add(sheet.source, path.Base(sheet.source), css)
	}
	var err error
	if b.tokens, err = os.ReadFile(filepath.Join(sources, "css", "tokens.css")); err != nil {
		return nil, err
	}
	if b.icons, err = readIcons(sources); err != nil {
		return nil, err
	}
	for _, script := range scripts {
		if _, err := os.Stat(filepath.Join(sources, filepath.FromSlash(script.source))); err != nil {
			continue
		}
		js, err := b.build(sources, script.source)
		if err != nil {
			return nil, err
		}
		b.add(script.source, strings.TrimSuffix(path.Base(script.source), ".ts")+".js", js)
	}
	if _, err := os.Stat(filepath.Join(sources, filepath.FromSlash(component))); err == nil {
		js, err := b.build(sources, component)
		if err != nil {
			return nil, err
		}
		b.add(component, "ra-calendar.js", js)
	}
	return b, nil
}

// addDir adds a directory's files that browsers fetch.
func (b *bundled) addDir(sources, dir string) error {
	entries, err := os.ReadDir(filepath.Join(sources, dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch path.Ext(e.Name()) {
		case ".woff2", ".svg", ".png":
			body, err := os.ReadFile(filepath.Join(sources, dir, e.Name()))
			if err != nil {
				return err
			}
			b.add(dir+"/"+e.Name(), e.Name(), body)
		}
	}
	return nil
}

// add keeps the bytes under base's name with their fingerprint.
func (b *bundled) add(source, base string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(base)
	name := strings.TrimSuffix(base, ext) + "-" + hex.EncodeToString(sum[:5]) + ext
	b.files[name] = body
	b.names[source] = name
}

// build joins and shrinks one entry point; what it refers to is written as the
// fingerprinted neighbour.
func (b *bundled) build(sources, entry string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{filepath.Join(sources, filepath.FromSlash(entry))},
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatESModule,
		Engines:           browsers,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		Plugins:           []api.Plugin{b.texts(sources), b.references(sources)},
		LogLevel:          api.LogLevelSilent,
	})
	if faults := append(result.Errors, result.Warnings...); len(faults) > 0 {
		m, where := faults[0], ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		return nil, fmt.Errorf("%s%s", where, m.Text)
	}
	return result.OutputFiles[0].Contents, nil
}

// texts gives a script the style sheet that it asks for with "?text" as a string.
func (b *bundled) texts(sources string) api.Plugin {
	return api.Plugin{Name: "texts", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `\.css\?text$`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: "css/" + strings.TrimSuffix(path.Base(a.Path), "?text"), Namespace: "text"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "text"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			css, err := b.build(sources, a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text := string(css)
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderText}, nil
		})
	}}
}

// references turns url(...) in a style sheet into the name of the added file.
func (b *bundled) references(sources string) api.Plugin {
	return api.Plugin{Name: "references", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^\.`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			if a.Kind != api.ResolveCSSURLToken {
				return api.OnResolveResult{}, nil
			}
			root, err := filepath.Abs(sources)
			if err != nil {
				return api.OnResolveResult{}, err
			}
			source, err := filepath.Rel(root, filepath.Join(a.ResolveDir, filepath.FromSlash(a.Path)))
			if err != nil {
				return api.OnResolveResult{}, err
			}
			name, ok := b.names[filepath.ToSlash(source)]
			if !ok {
				return api.OnResolveResult{}, fmt.Errorf("no file %s", filepath.ToSlash(source))
			}
			return api.OnResolveResult{Path: name, External: true}, nil
		})
	}}
}

// integrity is a file's digest as subresource integrity writes it.
func (b *bundled) integrity(name string) string {
	sum := sha512.Sum384(b.files[name])
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}
