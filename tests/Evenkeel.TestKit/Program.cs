using Evenkeel.TestKit;

return ChildEntry.Run(args);
