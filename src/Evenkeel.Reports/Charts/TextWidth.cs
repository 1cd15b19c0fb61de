namespace Evenkeel.Reports.Charts;

/// <summary>Estimates how wide a text is, for we cannot ask the font; rather too wide than too narrow.</summary>
internal static class TextWidth
{
    public static double Of(string text, double size)
    {
        double width = 0;
        foreach (var c in text) width += Of(c);
        return width * size;
    }

    /// <summary>Cuts a text to a width, with dots at the end.</summary>
    public static string Cut(string text, double size, double limit)
    {
        if (Of(text, size) <= limit) return text;
        var length = text.Length;
        while (length > 1 && Of(text[..length] + "…", size) > limit) length--;
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length] + "…";
    }

    private static double Of(char c) => c switch
    {
        'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '\'' or '|' or '!' => 0.32,
        'f' or 't' or 'r' or ' ' or '(' or ')' or '[' or ']' or '/' or '-' or '·' => 0.4,
        'm' or 'w' or 'M' or 'W' or '@' or '%' or '…' => 0.95,
        >= '⁰' and <= '⁻' or '¹' or '²' or '³' => 0.42,
        >= 'A' and <= 'Z' => 0.7,
        >= '\u2e80' => 1.0,
        _ => 0.6,
    };
}
