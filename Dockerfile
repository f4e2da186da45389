FROM python:3.12-slim
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY app.py ./
COPY .streamlit .streamlit
COPY pages pages
COPY lowlight_core lowlight_core
# A new volume takes over the owner of the folder in the image; without one it would be root's, and nothing could be kept.
RUN useradd --create-home app && install -d -o app -g app /home/app/data
USER app
ENV LOWLIGHT_HOME=/home/app/data MALLOC_ARENA_MAX=2
VOLUME /home/app/data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.headless=true"]
