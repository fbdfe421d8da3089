package browsertest
import ("testing";"os";"github.com/chromedp/chromedp")
func TestZZPrint(t *testing.T){ if os.Getenv("PP")==""{t.Skip()}; b:=open(t); b.window(1032,700,"print"); png,err:=chromedp.Run(b,chromedp.FullScreenshot(100)); if err!=nil{t.Fatal(err)}; os.WriteFile("/tmp/print.png",png,0o644)}
