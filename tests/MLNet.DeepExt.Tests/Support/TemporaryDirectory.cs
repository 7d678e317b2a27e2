namespace MLNet.DeepExt.Tests.Support;

/// <summary>A new directory that is gone when the test ends.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("deepext-tests-");

    public string PathOf(string fileName) => Path.Combine(_directory.FullName, fileName);

    /// <summary>Deletes it. A thread that a test left behind may still write a file there while it ends, so this is tried again.</summary>
    public void Dispose()
    {
        var start = DateTime.UtcNow;
        while (true)
        {
            try
            {
                _directory.Delete(recursive: true);
                return;
            }
            catch (IOException exception) when (exception is not DirectoryNotFoundException && DateTime.UtcNow - start < Patience)
            {
                Thread.Sleep(10);
            }
        }
    }
}
