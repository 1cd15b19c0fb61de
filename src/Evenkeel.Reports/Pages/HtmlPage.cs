using Evenkeel.Records.Files;
using Evenkeel.Reports.Charts;

namespace Evenkeel.Reports.Pages;

/// <summary>A report as one HTML file: no script, nothing loaded from anywhere, light and dark, printable. The same content gives the same text.</summary>
/// <param name="title">The title, in the window and at the top.</param>
public sealed class HtmlPage(string title)
{
    private readonly List<KeyNumber> numbers = [];
    private readonly List<PageSection> sections = [];

    /// <summary>The title.</summary>
    public string Title { get; } = title;

    /// <summary>What stands under the title; may hold <c>`code`</c> and <c>[links](https://...)</c>.</summary>
    public string Subtitle { get; set; } = "";

    /// <summary>The verdict at the top; none if null.</summary>
    public Verdict? Verdict { get; set; }

    /// <summary>Adds a number to those that are seen first.</summary>
    /// <param name="label">What it is.</param>
    /// <param name="value">The number with its unit, as text.</param>
    /// <param name="note">What to compare it with.</param>
    public HtmlPage KeyNumber(string label, string value, string note = "")
    {
        numbers.Add(new KeyNumber(label, value, note));
        return this;
    }

    /// <summary>Adds a section and returns it, to be filled.</summary>
    /// <param name="heading">Its heading.</param>
    public PageSection Section(string heading)
    {
        var section = new PageSection(heading);
        Add(section);
        return section;
    }

    /// <summary>Adds a section that was made elsewhere.</summary>
    /// <param name="section">The section.</param>
    public HtmlPage Add(PageSection section)
    {
        sections.Add(section);
        return this;
    }

    /// <summary>Adds the section that lets others make the same page: commands, configuration, facts.</summary>
    /// <param name="commands">The commands, one per line.</param>
    /// <param name="facts">Names and values: versions, machine, seed, date.</param>
    /// <param name="configuration">The resolved configuration as text; folded away. Null for none.</param>
    public PageSection HowThisWasMade(string commands, IReadOnlyList<(string Name, string Value)> facts, string? configuration = null)
    {
        var section = Section("How this was made");
        if (commands.Length > 0) section.Code(commands);
        if (facts.Count > 0)
            section.Table(new PageTable([new("fact"), new("value")], [.. facts.Select(fact => (IReadOnlyList<string>)[fact.Name, fact.Value])]));
        if (configuration is not null) section.FoldedCode("Configuration", configuration);
        return section;
    }

    /// <summary>The page as text.</summary>
    public string ToHtml()
    {
        var html = new HtmlWriter();
        html.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");

        // The policy makes the promise hold: whatever slips into a page, a browser loads nothing for it and runs no script.
        html.Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n");
        html.Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Text("title", Title);
        html.Raw("<style>\n");
        html.Raw(PageStyle.Css);
        html.Raw(ChartStyle.Css);
        html.Raw("</style>\n</head>\n<body>\n<main>\n<header>\n");
        html.Text("h1", Title);
        if (Subtitle.Length > 0) html.Prose("p", Subtitle, "subtitle");
        if (Verdict is { } verdict) html.Verdict(verdict);
        html.End("header");
        if (numbers.Count > 0) WriteNumbers(html);
        foreach (var section in sections) section.Write(html);
        html.Raw("</main>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>Writes the page atomically.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="Records.RecordsException">EK0420: the disk refused; what stood there before is untouched.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, ToHtml());

    private void WriteNumbers(HtmlWriter html)
    {
        html.Begin("dl", "numbers");
        foreach (var number in numbers)
        {
            html.Begin("div");
            html.Text("dt", number.Label);
            html.Text("dd", number.Value);
            if (number.Note.Length > 0) html.Prose("dd", number.Note, "note");
            html.End("div");
        }

        html.End("dl");
    }
}
