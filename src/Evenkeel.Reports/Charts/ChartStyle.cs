using System.Globalization;
using System.Text;

namespace Evenkeel.Reports.Charts;

/// <summary>The look of all charts: colours for light and dark, told apart by colour-blind eyes, and type.</summary>
/// <remarks>The hues are those of Okabe and Ito's palette, darkened for light and lightened for dark backgrounds; shapes and dashes say the same a second time.</remarks>
public static class ChartStyle
{
    /// <summary>How many colours there are; further series begin again.</summary>
    public const int Colors = 8;

    private static readonly string[] Light = ["#0069b4", "#d1490f", "#00855f", "#a8479a", "#8a6a00", "#4f5bd5", "#b3243f", "#5c6670"];
    private static readonly string[] Dark = ["#5cb3f2", "#ff9559", "#3fd0a2", "#e893d4", "#e3c04a", "#a3abff", "#ff8a9c", "#b0bac4"];

    /// <summary>The style sheet; a chart that stands alone carries it, a page carries it once. <c>data-theme</c> on the root element overrules the system's choice.</summary>
    public static string Css { get; } = MakeCss();

    internal static string ColorClass(int index) => string.Create(CultureInfo.InvariantCulture, $"ek-c{((index % Colors) + Colors) % Colors}");

    private static string MakeCss()
    {
        var css = new StringBuilder();
        Variables(css, ".ek-chart", Light, "#1c2126", "#5d6771", "#e3e7eb", "#9aa4ae", "#ffffff");
        css.Append("@media (prefers-color-scheme:dark){\n");
        Variables(css, ".ek-chart", Dark, "#e8ecf0", "#a3adb7", "#2d343b", "#66717c", "#14181c");
        css.Append("}\n");
        Variables(css, ":root[data-theme=light] .ek-chart", Light, "#1c2126", "#5d6771", "#e3e7eb", "#9aa4ae", "#ffffff");
        Variables(css, ":root[data-theme=dark] .ek-chart", Dark, "#e8ecf0", "#a3adb7", "#2d343b", "#66717c", "#14181c");
        css.Append("""
            .ek-chart{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif;font-size:12px;background:var(--ek-paper)}
            .ek-chart text{fill:var(--ek-soft);font-variant-numeric:tabular-nums}
            .ek-chart .ek-title{fill:var(--ek-ink);font-size:15px;font-weight:600}
            .ek-chart .ek-panel-title{fill:var(--ek-ink);font-size:13px;font-weight:600}
            .ek-chart .ek-name{fill:var(--ek-ink)}
            .ek-chart .ek-ink{stroke:var(--ek-ink)}
            .ek-rim{paint-order:stroke;stroke:var(--ek-paper);stroke-width:4px;stroke-linejoin:round}
            .ek-grid{stroke:var(--ek-grid);stroke-width:1;fill:none}
            .ek-axis{stroke:var(--ek-axis);stroke-width:1;fill:none}
            .ek-line{fill:none;stroke:var(--ek-color);stroke-width:2;stroke-linejoin:round;stroke-linecap:butt}
            .ek-edge{fill:none;stroke:var(--ek-color);stroke-width:1.25;stroke-linejoin:round;stroke-opacity:.75}
            .ek-faint{stroke-width:1;stroke-opacity:.35}
            .ek-dashed{stroke-dasharray:7 4}
            .ek-dotted{stroke-dasharray:2 3}
            .ek-rule{stroke:var(--ek-color);stroke-width:1.5;fill:none}
            .ek-band{fill:var(--ek-color);fill-opacity:.16;stroke:none}
            .ek-mark{fill:var(--ek-color);stroke:var(--ek-paper);stroke-width:1}
            .ek-bar{fill:var(--ek-color)}

            """);
        for (var i = 0; i < Colors; i++) css.Append(CultureInfo.InvariantCulture, $".ek-c{i}{{--ek-color:var(--ek-{i})}}\n");
        return css.ToString();
    }

    private static void Variables(StringBuilder css, string selector, string[] colors, string ink, string soft, string grid, string axis, string paper)
    {
        css.Append(CultureInfo.InvariantCulture, $"{selector}{{--ek-ink:{ink};--ek-soft:{soft};--ek-grid:{grid};--ek-axis:{axis};--ek-paper:{paper}");
        for (var i = 0; i < colors.Length; i++) css.Append(CultureInfo.InvariantCulture, $";--ek-{i}:{colors[i]}");
        css.Append("}\n");
    }
}
