namespace Evenkeel.Reports.Pages;

/// <summary>The look of all pages.</summary>
internal static class PageStyle
{
    private const string Light = "--paper:#ffffff;--card:#f5f7f9;--ink:#1c2126;--soft:#5d6771;--rule:#e3e7eb;--link:#0062a8;--good:#0a6b45;--mixed:#7a5600;--bad:#a81d34;--neutral:#4d5862;--on:#ffffff";
    private const string Dark = "--paper:#14181c;--card:#1d2329;--ink:#e8ecf0;--soft:#a3adb7;--rule:#2d343b;--link:#7cc0f5;--good:#52d39f;--mixed:#e3c04a;--bad:#ff8a9c;--neutral:#b0bac4;--on:#14181c";

    public const string Css = $$$"""
        :root{color-scheme:light dark;{{{Light}}}}
        @media (prefers-color-scheme:dark){
        :root{{{{Dark}}}}
        }
        :root[data-theme=light]{color-scheme:light;{{{Light}}}}
        :root[data-theme=dark]{color-scheme:dark;{{{Dark}}}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
        main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
        h1{font-size:1.75rem;line-height:1.2;margin:0 0 .4rem;overflow-wrap:anywhere}
        h2{font-size:1.2rem;line-height:1.3;margin:2.6rem 0 .7rem;padding-top:1.1rem;border-top:1px solid var(--rule);overflow-wrap:anywhere}
        h3{font-size:1.02rem;line-height:1.35;margin:1.6rem 0 .5rem;overflow-wrap:anywhere}
        p,ul{margin:0 0 .9rem;max-width:46rem}
        a{color:var(--link)}
        .subtitle{color:var(--soft)}
        .verdict{display:flex;gap:.3rem .8rem;align-items:baseline;margin:1rem 0 .9rem}
        .badge{padding:.1rem .65rem;border-radius:1rem;color:var(--on);background:var(--neutral);font-size:.9rem;white-space:nowrap}
        .good{background:var(--good)}
        .mixed{background:var(--mixed)}
        .bad{background:var(--bad)}
        .numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:1.6rem 0 0}
        .numbers div{background:var(--card);border-radius:.5rem;padding:.8rem 1rem}
        .numbers dt{color:var(--soft);font-size:.85rem}
        .numbers dd{margin:.1rem 0 0;font-size:1.45rem;font-weight:600;line-height:1.25;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        .numbers .note{color:var(--soft);font-size:.82rem;font-weight:400}
        figure{margin:1.2rem 0 1.6rem -.8rem;overflow-x:auto}
        figure svg.ek-chart{display:block;width:100%;min-width:34rem;height:auto}
        figcaption{margin-left:.8rem;color:var(--soft);font-size:.9rem;margin-top:.4rem;max-width:46rem}
        .wide{overflow-x:auto;margin:0 0 1.2rem}
        table{border-collapse:collapse;font-size:.93rem;min-width:50%}
        caption{text-align:left;color:var(--soft);padding:0 0 .4rem}
        th,td{text-align:left;vertical-align:top;padding:.4rem 1.2rem .4rem 0;border-bottom:1px solid var(--rule)}
        th{font-weight:600;vertical-align:bottom}
        .n{text-align:right;font-variant-numeric:tabular-nums}
        td.n{white-space:nowrap}
        code{font:.88em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--card);border-radius:.25rem;padding:.1em .3em}
        pre{background:var(--card);border-radius:.5rem;padding:.9rem 1rem;overflow-x:auto;margin:0 0 1.2rem}
        pre code{background:none;padding:0}
        details{margin:0 0 1.2rem}
        summary{cursor:pointer;margin-bottom:.6rem}
        @media (max-width:40rem){main{padding:1.5rem 1rem 3rem}table{font-size:.86rem}th,td{padding-right:.75rem}}
        @media print{main{max-width:none;padding:0}section{break-inside:avoid-page}h2{break-after:avoid}}

        """;
}
