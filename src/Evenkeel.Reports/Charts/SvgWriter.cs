using System.Globalization;
using System.Text;

namespace Evenkeel.Reports.Charts;

/// <summary>Writes SVG text: invariant numbers of at most two decimals, everything escaped, the same text for the same chart.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder text = new();
    private readonly Stack<string> open = new();

    public override string ToString() => text.ToString();

    /// <summary>Opens an element; attributes come as name and value in turn.</summary>
    public void Begin(string name, params ReadOnlySpan<string> attributes)
    {
        Tag(name, attributes);
        text.Append(">\n");
        open.Push(name);
    }

    public void End() => text.Append("</").Append(open.Pop()).Append(">\n");

    public void Element(string name, params ReadOnlySpan<string> attributes)
    {
        Tag(name, attributes);
        text.Append("/>\n");
    }

    /// <summary>An element with text in it.</summary>
    public void Content(string name, string content, params ReadOnlySpan<string> attributes)
    {
        Tag(name, attributes);
        text.Append('>').Append(Markup.Escape(content)).Append("</").Append(name).Append(">\n");
    }

    public void Style(string css) => text.Append("<style>\n").Append(css).Append("</style>\n");

    public static string Number(double value)
    {
        var rounded = Math.Round(value, 2, MidpointRounding.AwayFromZero);
        return rounded == 0 ? "0" : rounded.ToString("0.##", CultureInfo.InvariantCulture);
    }

    private void Tag(string name, ReadOnlySpan<string> attributes)
    {
        text.Append('<').Append(name);
        for (var i = 0; i < attributes.Length; i += 2)
            text.Append(' ').Append(attributes[i]).Append("=\"").Append(Markup.Escape(attributes[i + 1])).Append('"');
    }
}
