using System.Text.Json.Serialization;

namespace AspNetServing;

/// <summary>One sample, as the training data had it.</summary>
internal sealed record PredictQuestion(float[] Features);

/// <summary>The most probable class (-1 for values), and all outputs.</summary>
internal sealed record PredictAnswer(int Class, string ClassName, IReadOnlyList<float> Outputs);

/// <summary>What the model takes and gives.</summary>
internal sealed record ModelAnswer(int Features, int Outputs, IReadOnlyList<string> ClassNames, string Dataset);

/// <summary>JSON without reflection.</summary>
[JsonSerializable(typeof(PredictQuestion))]
[JsonSerializable(typeof(PredictAnswer))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
internal sealed partial class ServingJson : JsonSerializerContext;
