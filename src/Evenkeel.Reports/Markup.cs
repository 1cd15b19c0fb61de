using System.Text;

namespace Evenkeel.Reports;

/// <summary>Makes any text safe to stand in HTML and SVG, inside and outside of attributes.</summary>
internal static class Markup
{
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '&': escaped.Append("&amp;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\'': escaped.Append("&#39;"); break;
                case '\n' or '\t': escaped.Append(c); break;
                // XML has no place for other control characters, nor for half of a surrogate pair.
                case < ' ' or '\u007f' or '\ufffe' or '\uffff': escaped.Append('\ufffd'); break;
                case var high when char.IsHighSurrogate(high) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]):
                    escaped.Append(high).Append(text[++i]);
                    break;
                case var half when char.IsSurrogate(half): escaped.Append('\ufffd'); break;
                default: escaped.Append(c); break;
            }
        }

        return escaped.ToString();
    }
}
