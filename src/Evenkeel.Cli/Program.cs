System.Console.WriteLine("evenkeel");
