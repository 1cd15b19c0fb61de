using System.Buffers;
using System.Text;

namespace Evenkeel.Reports.Pages;

/// <summary>Writes the HTML of a page; every text goes through the same escaping.</summary>
internal sealed class HtmlWriter
{
    private static readonly SearchValues<char> AnchorSigns = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private readonly StringBuilder html = new();

    public override string ToString() => html.ToString();

    public void Raw(string markup) => html.Append(markup);

    public void Begin(string element, string style = "")
    {
        html.Append('<').Append(element);
        if (style.Length > 0) html.Append(" class=\"").Append(style).Append('"');
        html.Append(">\n");
    }

    public void End(string element) => html.Append("</").Append(element).Append(">\n");

    /// <summary>An element with text in it, taken literally.</summary>
    public void Text(string element, string text, string style = "") => Line(element, Markup.Escape(text), style);

    /// <summary>An element with text in it that may hold <c>`code`</c> and links.</summary>
    public void Prose(string element, string text, string style = "") => Line(element, Inline(text), style);

    public void Verdict(Verdict verdict)
    {
        var (style, sign) = verdict.Kind switch
        {
            VerdictKind.Good => ("good", "✓ "),
            VerdictKind.Mixed => ("mixed", "≈ "),
            VerdictKind.Bad => ("bad", "✗ "),
            _ => ("neutral", ""),
        };
        Begin("p", "verdict");
        Text("strong", sign + verdict.Badge, $"badge {style}");
        if (verdict.Text.Length > 0) Prose("span", verdict.Text);
        End("p");
    }

    public void Code(string text) => html.Append("<pre><code>").Append(Markup.Escape(text.TrimEnd())).Append("</code></pre>\n");

    public void Table(PageTable table)
    {
        Begin("div", "wide");
        Begin("table");
        if (table.Caption.Length > 0) Prose("caption", table.Caption);
        html.Append("<thead><tr>");
        foreach (var column in table.Columns)
            html.Append(column.Numeric ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">").Append(Inline(column.Name)).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++) html.Append(table.Columns[i].Numeric ? "<td class=\"n\">" : "<td>").Append(Inline(row[i])).Append("</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n");
        End("table");
        End("div");
    }

    /// <summary>Escapes a text and turns <c>`code`</c> and <c>[text](https://...)</c> into markup; <c>[text](#anchor)</c> leads to a place of the page; a link to anywhere else stays text.</summary>
    public static string Inline(string text)
    {
        var result = new StringBuilder();
        var plain = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var (end, markup) = text[i] switch { '`' => CodeAt(text, i), '[' => LinkAt(text, i), _ => (-1, "") };
            if (end < 0) continue;
            result.Append(Markup.Escape(text[plain..i])).Append(markup);
            plain = end;
            i = end - 1;
        }

        return result.Append(Markup.Escape(text[plain..])).ToString();
    }

    private static (int End, string Markup) CodeAt(string text, int start)
    {
        var close = text.IndexOf('`', start + 1);
        return close <= start + 1 ? (-1, "") : (close + 1, $"<code>{Markup.Escape(text[(start + 1)..close])}</code>");
    }

    private static (int End, string Markup) LinkAt(string text, int start)
    {
        var middle = text.IndexOf("](", start, StringComparison.Ordinal);
        if (middle < 0) return (-1, "");
        var close = text.IndexOf(')', middle);
        if (close < 0) return (-1, "");
        var target = text[(middle + 2)..close];
        var label = Markup.Escape(text[(start + 1)..middle]);
        if (target.Length > 1 && target[0] == '#' && target.AsSpan(1).IndexOfAnyExcept(AnchorSigns) < 0) return (close + 1, $"<a href=\"{target}\">{label}</a>");
        if (!target.StartsWith("https://", StringComparison.Ordinal) || target.AsSpan().IndexOfAny(" \n\t\r") >= 0) return (-1, "");
        return (close + 1, $"<a href=\"{Markup.Escape(target)}\" rel=\"noreferrer\">{label}</a>");
    }

    private void Line(string element, string markup, string style)
    {
        html.Append('<').Append(element);
        if (style.Length > 0) html.Append(" class=\"").Append(style).Append('"');
        html.Append('>').Append(markup).Append("</").Append(element).Append(">\n");
    }
}
