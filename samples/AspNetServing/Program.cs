using AspNetServing;
using Evenkeel.Training;

// dotnet run --project samples/AspNetServing -- --model RUN-FOLDER-OR-CHECKPOINT
// curl -s localhost:5000/predict -H "Content-Type: application/json" -d '{"features":[0,0.1,...]}'
var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.ConfigureHttpJsonOptions(static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ServingJson.Default));
builder.Services.AddSingleton(static services =>
    Predictor.Load(services.GetRequiredService<IConfiguration>()["model"] ?? throw new InvalidOperationException("Say --model RUN-FOLDER-OR-CHECKPOINT.")));

var app = builder.Build();
_ = app.Services.GetRequiredService<Predictor>();

app.MapGet("/model", static (Predictor predictor) => new ModelAnswer(predictor.FeatureCount, predictor.OutputCount, predictor.ClassNames, predictor.Info.Dataset));

// One predictor serves all requests at once: it is thread-safe, and every request borrows a compiled plan.
app.MapPost("/predict", static (PredictQuestion question, Predictor predictor) =>
{
    try
    {
        var prediction = predictor.Predict(question.Features);
        return Results.Ok(new PredictAnswer(prediction.Class, prediction.ClassName, prediction.Outputs));
    }
    catch (TrainingException error)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});

app.Run();
