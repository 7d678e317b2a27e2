using System.Globalization;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.ResumeProbe;

/// <summary>Prints the number of every epoch that ends, and goes on when it is answered by a line: nobody who reads is left behind.</summary>
internal sealed class EpochPrinter : ITrainingCallback
{
    public void OnEpochEnd(EpochRecord epoch)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}"));
        Console.ReadLine();
    }
}
