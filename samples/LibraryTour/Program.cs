using LibraryTour;

// dotnet run -c Release --project samples/LibraryTour
await Tour.RunAsync(Console.Out, args is [var folder, ..] ? folder : Path.Combine("runs", "tour"));
