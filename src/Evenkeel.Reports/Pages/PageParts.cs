using Evenkeel.Reports.Charts;

namespace Evenkeel.Reports.Pages;

/// <summary>How a page's main statement came out.</summary>
public enum VerdictKind
{
    /// <summary>Nothing is judged.</summary>
    Neutral,

    /// <summary>Reached, reproduced, completed.</summary>
    Good,

    /// <summary>Reached in part, or with a reservation.</summary>
    Mixed,

    /// <summary>Missed, contradicted, failed.</summary>
    Bad,
}

/// <summary>A verdict: a short word in a coloured badge, and a sentence beside it. A sign in the badge says the same as its colour.</summary>
/// <param name="Kind">How it came out.</param>
/// <param name="Badge">One or two words: <c>reproduced</c>.</param>
/// <param name="Text">The sentence; may hold <c>`code`</c> and <c>[links](https://...)</c>.</param>
public sealed record Verdict(VerdictKind Kind, string Badge, string Text = "");

/// <summary>A number that a reader should see first.</summary>
/// <param name="Label">What it is: <c>test accuracy</c>.</param>
/// <param name="Value">The number with its unit, as text: <c>98.4%</c>.</param>
/// <param name="Note">What to compare it with; empty for none.</param>
public sealed record KeyNumber(string Label, string Value, string Note = "");

/// <summary>A column of a table.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Numeric">Whether it holds numbers, which are set flush right.</param>
public sealed record TableColumn(string Name, bool Numeric = false);

/// <summary>A table of texts.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows; each has as many cells as there are columns. Cells may hold <c>`code`</c> and <c>[links](https://...)</c>.</param>
public sealed record PageTable(IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>What stands above the table; empty for nothing.</summary>
    public string Caption { get; init; } = "";
}

/// <summary>A part of a page: a heading and what stands under it, in the order in which it was added.</summary>
public sealed class PageSection
{
    private readonly List<Action<HtmlWriter>> parts = [];

    /// <summary>Creates an empty section, for <see cref="HtmlPage.Add"/>.</summary>
    /// <param name="heading">Its heading; may hold <c>`code`</c> and <c>[links](https://...)</c>.</param>
    public PageSection(string heading) => Heading = heading;

    /// <summary>The heading.</summary>
    public string Heading { get; }

    /// <summary>What links of the page call it, in letters, digits and dashes: <c>[here](#anchor)</c>. Empty for none.</summary>
    public string Anchor { get; init; } = "";

    /// <summary>Adds prose.</summary>
    /// <param name="text">The text; may hold <c>`code`</c> and <c>[links](https://...)</c>, all else is taken literally.</param>
    public PageSection Paragraph(string text) => Add(html => html.Prose("p", text));

    /// <summary>Adds a list.</summary>
    /// <param name="items">The items; may hold <c>`code`</c> and <c>[links](https://...)</c>.</param>
    public PageSection List(params IReadOnlyList<string> items) => Add(html =>
    {
        html.Begin("ul");
        foreach (var item in items) html.Prose("li", item);
        html.End("ul");
    });

    /// <summary>Adds a figure with a caption.</summary>
    /// <param name="figure">The chart, bar chart or grid.</param>
    /// <param name="caption">What to see in it; may hold <c>`code`</c> and <c>[links](https://...)</c>.</param>
    public PageSection Figure(Figure figure, string caption = "") => Add(html =>
    {
        html.Begin("figure");
        html.Raw(SvgRenderer.Render(figure, standalone: false));
        if (caption.Length > 0) html.Prose("figcaption", caption);
        html.End("figure");
    });

    /// <summary>Adds a table.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="ArgumentException">A row has another number of cells than there are columns.</exception>
    public PageSection Table(PageTable table)
    {
        if (table.Rows.Any(row => row.Count != table.Columns.Count)) throw new ArgumentException("A row has another number of cells than there are columns; give one cell per column.", nameof(table));
        return Add(html => html.Table(table));
    }

    /// <summary>Adds text in a fixed-width font: commands, configuration.</summary>
    /// <param name="text">The text, taken literally.</param>
    public PageSection Code(string text) => Add(html => html.Code(text));

    /// <summary>Adds text in a fixed-width font behind a line to click on.</summary>
    /// <param name="summary">The line.</param>
    /// <param name="text">The text, taken literally.</param>
    public PageSection FoldedCode(string summary, string text) => Add(html =>
    {
        html.Begin("details");
        html.Prose("summary", summary);
        html.Code(text);
        html.End("details");
    });

    /// <summary>Adds a verdict.</summary>
    /// <param name="verdict">The badge and its sentence.</param>
    public PageSection Verdict(Verdict verdict) => Add(html => html.Verdict(verdict));

    /// <summary>Adds another section's content under a smaller heading.</summary>
    /// <param name="section">The other section.</param>
    public PageSection Subsection(PageSection section) => Add(html =>
    {
        html.Prose("h3", section.Heading);
        foreach (var part in section.parts) part(html);
    });

    /// <summary>Adds what <see cref="ToMarkup"/> gave, as it is: for pages that are put together from parts made earlier.</summary>
    /// <param name="markup">HTML of this library's own making; nothing in it is escaped.</param>
    public PageSection Markup(string markup) => Add(html => html.Raw(markup));

    /// <summary>The content as HTML, without the heading; to be kept in a file and added to a page later.</summary>
    public string ToMarkup()
    {
        var html = new HtmlWriter();
        foreach (var part in parts) part(html);
        return html.ToString();
    }

    internal void Write(HtmlWriter html)
    {
        if (Anchor.Length > 0) html.Raw($"<section id=\"{Reports.Markup.Escape(Anchor)}\">\n");
        else html.Begin("section");
        html.Prose("h2", Heading);
        foreach (var part in parts) part(html);
        html.End("section");
    }

    private PageSection Add(Action<HtmlWriter> part)
    {
        parts.Add(part);
        return this;
    }
}
