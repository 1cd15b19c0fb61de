using System.Text.RegularExpressions;
using Evenkeel.Reports.Charts;
using Evenkeel.Reports.Pages;
using Evenkeel.TestKit;

namespace Evenkeel.Reports.Tests.Pages;

public sealed partial class HtmlPageTests
{
    [Fact]
    public void The_text_of_a_page_is_pinned() => Snapshot.Match(Sample("A page").ToHtml(), "page.html");

    [Fact]
    public void A_page_loads_nothing_and_runs_nothing()
    {
        var html = Sample("A page").ToHtml();
        Assert.Contains("default-src 'none'", html);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<link", html);
        Assert.DoesNotContain("<img", html);
        Assert.DoesNotContain("@import", html);
        Assert.DoesNotContain("url(", html);
        Assert.DoesNotContain(" src=", html);
        Assert.Equal(["https://arxiv.org/abs/1502.03167"], Address().Matches(html).Select(m => m.Value).Distinct());
    }

    [Fact]
    public void Hostile_text_is_escaped_wherever_it_stands()
    {
        var html = Sample("</title><script>alert('x')</script><img src=x onerror=\"y\">&\u0000").ToHtml();
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("<img", html);
        Assert.DoesNotContain("\u0000", html);
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)", html);
    }

    [Theory]
    [InlineData("plain `a < b` text", "plain <code>a &lt; b</code> text")]
    [InlineData("[a <b>](https://x.y/?a=1&b=\"2\")", "<a href=\"https://x.y/?a=1&amp;b=&quot;2&quot;\" rel=\"noreferrer\">a &lt;b&gt;</a>")]
    [InlineData("[x](javascript:alert(1))", "[x](javascript:alert(1))")]
    [InlineData("[x](http://x.y)", "[x](http://x.y)")]
    [InlineData("a lone ` and [N, F] and a](b", "a lone ` and [N, F] and a](b")]
    [InlineData("", "")]
    public void Prose_knows_code_and_secure_links_and_nothing_else(string text, string expected)
    {
        var page = new HtmlPage("t");
        page.Section("s").Paragraph(text);
        Assert.Contains($"<p>{expected}</p>\n", page.ToHtml());
    }

    [Fact]
    public void The_style_sheet_of_charts_is_there_once()
    {
        var page = Sample("A page");
        page.Section("more").Figure(Figure("again"));
        var html = page.ToHtml();
        Assert.Single(Regex.Matches(html, "<style"));
        Assert.Single(Regex.Matches(html, @"\.ek-band\{"));
    }

    [Fact]
    public void A_verdict_is_told_by_a_sign_too()
    {
        foreach (var (kind, sign) in new[] { (VerdictKind.Good, "✓ word"), (VerdictKind.Mixed, "≈ word"), (VerdictKind.Bad, "✗ word"), (VerdictKind.Neutral, ">word") })
            Assert.Contains(sign, new HtmlPage("t") { Verdict = new(kind, "word") }.ToHtml());
    }

    [Fact]
    public void A_section_that_was_kept_as_markup_makes_the_same_page()
    {
        PageSection Section() => new PageSection("s <1>").Paragraph("a < b").Figure(Figure("f")).Verdict(new(VerdictKind.Mixed, "word", "text"));
        var kept = new PageSection("s <1>").Markup(Section().ToMarkup());
        Assert.Equal(new HtmlPage("t").Add(Section()).ToHtml(), new HtmlPage("t").Add(kept).ToHtml());
    }

    [Fact]
    public void A_subsection_stands_under_a_smaller_heading_of_its_own() => Assert.Contains(
        "<section>\n<h2>outer</h2>\n<h3>inner</h3>\n<p>text</p>\n</section>", new HtmlPage("t").Add(new PageSection("outer").Subsection(new PageSection("inner").Paragraph("text"))).ToHtml());

    [Theory]
    [InlineData("[there](#C26)", "<a href=\"#C26\">there</a>")]
    [InlineData("[there](#)", "[there](#)")]
    [InlineData("[there](#a\"b)", "[there](#a&quot;b)")]
    [InlineData("[there](javascript:x)", "[there](javascript:x)")]
    public void A_link_leads_to_a_place_of_the_page_or_stays_text(string text, string markup)
    {
        var html = new HtmlPage("t").Add(new PageSection("s") { Anchor = "C26" }.Paragraph(text)).ToHtml();
        Assert.Contains($"<p>{markup}</p>", html);
        Assert.Contains("<section id=\"C26\">", html);
    }

    [Fact]
    public void A_ragged_table_is_refused() =>
        Assert.Throws<ArgumentException>(() => new HtmlPage("t").Section("s").Table(new PageTable([new("a"), new("b")], [["1"]])));

    [Fact]
    public void A_page_is_saved_whole_as_utf8()
    {
        var folder = Directory.CreateTempSubdirectory("evenkeel-reports-");
        try
        {
            var path = Path.Combine(folder.FullName, "page.html");
            var page = Sample("Überschrift");
            page.Save(path);
            Assert.Equal(page.ToHtml(), File.ReadAllText(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Chart Figure(string text) => new(text, new(text), new(text), [new LineSeries(text, [0, 1], [1, 2])]);

    private static HtmlPage Sample(string text)
    {
        var page = new HtmlPage(text) { Subtitle = text + ", [the paper](https://arxiv.org/abs/1502.03167)", Verdict = new(VerdictKind.Good, text, text) };
        page.KeyNumber(text, text, text).KeyNumber("bare", "1");
        page.Section(text).Paragraph(text).List(text, text).Figure(Figure(text), text).Code(text).FoldedCode(text, text)
            .Table(new PageTable([new(text), new(text, true)], [[text, text]]) { Caption = text });
        page.HowThisWasMade(text, [(text, text)], text);
        return page;
    }

    [GeneratedRegex("https?://[^\"'<> ]+")]
    private static partial Regex Address();
}
