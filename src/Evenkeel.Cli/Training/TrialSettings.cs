using System.CommandLine;
using Evenkeel.Training.Search.Tuning;

namespace Evenkeel.Cli.Training;

/// <summary>Turns the values of a trial into settings, by way of the options of <c>train</c>: what the command line understands, a search space may vary.</summary>
internal sealed class TrialSettings
{
    private const string Verb = "evenkeel tune";

    private readonly TrainOptions _options = new();
    private readonly RootCommand _command;

    /// <summary>Checks that every parameter is an option of <c>train</c> and takes its bounds or choices.</summary>
    /// <param name="space">The space.</param>
    /// <param name="file">Its file, for messages.</param>
    public TrialSettings(SearchSpace space, string file)
    {
        Space = space;
        // What decides the data, or by what a trial is judged, is the same for all trials.
        Option[] varied = [.. _options.All.Except([_options.Recipe, _options.Views, _options.ImageSize, _options.Target, _options.Task, _options.Categories, _options.Ignored, _options.Binarize, _options.Validation, _options.Seed, _options.Smoke, _options.Overfit])];
        _command = [];
        foreach (var option in varied) _command.Add(option);
        foreach (var parameter in space.Parameters)
        {
            if (!Array.Exists(varied, option => option.Name == "--" + parameter.Name)) throw CliErrors.UnknownName(Verb, file, parameter.Name, varied.Select(static option => option.Name[2..]));
            foreach (var value in parameter.IsChoice ? parameter.Choices : [parameter.Format(parameter.From), parameter.Format(parameter.To)]) Parse([$"--{parameter.Name}", value]);
        }
    }

    /// <summary>What is varied.</summary>
    public SearchSpace Space { get; }

    /// <summary>The trial's options as one would write them.</summary>
    public static IEnumerable<string> Arguments(StudyTrial trial) => trial.Space.Parameters.SelectMany(parameter => (string[])[$"--{parameter.Name}", trial.Text(parameter.Name)]);

    /// <summary>The settings of a trial.</summary>
    public TrainSettings Apply(StudyTrial trial, TrainSettings settings) => _options.Apply(Parse([.. Arguments(trial)]), settings);

    private ParseResult Parse(string[] args)
    {
        var parsed = _command.Parse(args);
        if (parsed.Errors.Count == 0) return parsed;
        var message = parsed.Errors[0].Message;
        throw CliErrors.Syntax(Verb, $"the search space gives {string.Join(' ', args)}: {message[(message.IndexOf("] ", StringComparison.Ordinal) is >= 0 and var at ? at + 2 : 0)..]}");
    }
}
